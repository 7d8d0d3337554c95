package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// instance is a redis-server of the measurement's own, in a directory that goes
// with it.
type instance struct {
	dir    string
	cmd    *exec.Cmd
	client *redis.Client
}

func startRedis(ctx context.Context) (*instance, error) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("the measurement needs a Redis; scripts/setup.sh installs it: %w", err)
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	r := &instance{dir: dir, cmd: exec.CommandContext(ctx, binary,
		"--port", "0", "--unixsocket", filepath.Join(dir, "s"), "--dir", dir, "--appendonly", "yes", "--save", "", "--daemonize", "no")}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	r.client = redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(dir, "s")})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err = r.client.Ping(ctx).Err(); err == nil {
			return r, nil
		}
		if time.Now().After(end) {
			r.stop()
			return nil, fmt.Errorf("redis-server takes no connections: %w", err)
		}
	}
}

func (r *instance) url() string {
	return (&url.URL{Scheme: "unix", Path: filepath.Join(r.dir, "s")}).String()
}

func (r *instance) stop() {
	_ = r.client.Close()
	_ = r.cmd.Process.Kill() // it may have ended
	_ = r.cmd.Wait()
	_ = os.RemoveAll(r.dir)
}

// usage is what the server has used up so far.
type usage struct {
	processor float64 // seconds
	in, out   float64 // bytes over the network
	memory    float64 // bytes
}

func (r *instance) usage(ctx context.Context) (usage, error) {
	text, err := r.client.Info(ctx).Result()
	if err != nil {
		return usage{}, err
	}
	values := map[string]float64{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			if v, err := strconv.ParseFloat(value, 64); err == nil {
				values[name] = v
			}
		}
	}
	return usage{
		processor: values["used_cpu_user"] + values["used_cpu_sys"],
		in:        values["total_net_input_bytes"], out: values["total_net_output_bytes"], memory: values["used_memory"],
	}, nil
}
