//go:build linux

package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server/store"
	"github.com/quantum-signals/quantum/server/store/storetest"
)

// orphanDir, where set, makes this binary a process that opens an embedded
// store there, commits ten bars, says so, and waits to be killed.
const orphanDir = "QUANTUM_TEST_ORPHAN_DIR"

func TestMain(m *testing.M) {
	dir := os.Getenv(orphanDir)
	if dir == "" {
		os.Exit(storetest.Main(m))
	}
	s, err := store.Open(context.Background(), quiet(dir))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	taken, err := s.Acquire(context.Background(), "orphan", time.Minute, []int{s.Partition(hour.Market)})
	if err != nil || len(taken) != 1 {
		fmt.Println("no lease", err)
		os.Exit(1)
	}
	for _, c := range s.Commit(context.Background(), commits(taken[0], hour, 0, 10)) {
		if c.Err != nil {
			fmt.Println(c.Err)
			os.Exit(1)
		}
	}
	fmt.Println("committed")
	select {}
}

func quiet(dir string) store.Options {
	return store.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), quiet(dir))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheEmbeddedServerKeepsItsData(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	if s.Kind() != store.Child || len(s.Lacks()) != 0 {
		t.Fatalf("kind is %s, lacking %v; want a child that lacks nothing", s.Kind(), s.Lacks())
	}
	mustCommit(t, s, commits(lease(t, s, "a", hour), hour, 0, 10))
	epoch := s.Epoch()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := serversOver(t, dir); len(left) > 0 {
		t.Errorf("server %v runs on after Close", left)
	}
	again := open(t, dir)
	defer again.Close(context.Background())
	if heads, err := again.Heads(t.Context(), hour); err != nil || heads[0].Bars != 10 || again.Epoch() != epoch {
		t.Errorf("after a restart: %+v, %v, epoch %s; want 10 bars, epoch %s", heads, err, again.Epoch(), epoch)
	}
}

func TestTheEmbeddedServerIsStartedAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close(context.Background())
	l := lease(t, s, "a", hour)
	mustCommit(t, s, commits(l, hour, 0, 10))
	pids := serversOver(t, dir)
	if len(pids) != 1 {
		t.Fatalf("servers %v, want one", pids)
	}
	// Everysec: what is a second old is on disk.
	storetest.Eventually(t, time.Minute, "the append-only file is written", func() bool { return appended(t, dir) })
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	storetest.Eventually(t, time.Minute, "commits go on", func() bool {
		return s.Commit(t.Context(), commits(l, hour, 10, 11))[0].Err == nil
	})
	if now := serversOver(t, dir); len(now) != 1 || now[0] == pids[0] {
		t.Errorf("servers %v, want one other than %v", now, pids)
	}
}

func TestTheEmbeddedServerDiesWithItsParent(t *testing.T) {
	dir := t.TempDir()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), orphanDir+"="+dir)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if said, _ := bufio.NewReader(out).ReadString('\n'); said != "committed\n" {
		t.Fatalf("the parent said %q", said)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed
	s := open(t, dir) // waits for the lock the dying server holds
	defer s.Close(context.Background())
	if heads, err := s.Heads(t.Context(), hour); err != nil || heads[0].Bars != 10 {
		t.Errorf("heads = %+v, %v; want the 10 bars of the killed process", heads, err)
	}
	if pids := serversOver(t, dir); len(pids) != 1 {
		t.Errorf("servers %v, want one", pids)
	}
}

func TestOneDataDirectoryOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close(context.Background())
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := store.Open(ctx, quiet(dir)); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("a second Open: %v, want the directory in use", err)
	}
}

func TestMemorySaysWhatItLacks(t *testing.T) {
	s := storetest.Open(t, nil, store.Options{Memory: true})
	if s.Kind() != store.Memory || len(s.Lacks()) == 0 {
		t.Errorf("kind %s lacks %v, want what memory lacks", s.Kind(), s.Lacks())
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// serversOver lists the redis-servers that run over a directory.
func serversOver(t *testing.T, dir string) []int {
	t.Helper()
	procs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, proc := range procs {
		pid, err := strconv.Atoi(filepath.Base(proc))
		if err != nil {
			t.Fatal(err)
		}
		cwd, err := os.Readlink(proc + "/cwd") // redis-server works in its --dir
		if err != nil || cwd != dir {
			continue
		}
		if comm, _ := os.ReadFile(proc + "/comm"); strings.HasPrefix(string(comm), "redis-server") {
			pids = append(pids, pid)
		}
	}
	return pids
}

// appended reports whether the append-only file holds the tenth bar.
func appended(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if text, _ := os.ReadFile(file); strings.Contains(string(text), fmt.Sprintf("%d-0", bar(9).OpenTime)) {
			return true
		}
	}
	return false
}
