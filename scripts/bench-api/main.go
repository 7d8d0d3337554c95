// Command bench-api measures POST /signals/cipher over loopback, beside handlers
// that only decode the same body and encode the same answer, one with
// encoding/json and one with goccy/go-json: requests a second and the 99th
// percentile, all in one run, each server a process of its own.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// options of a run.
type options struct {
	serve   string
	clients int
	rounds  int
	each    time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.serve, "serve", "", "be a server: quantum, encoding/json or goccy/go-json")
	flag.IntVar(&o.clients, "clients", 4, "connections at once")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds; the median one counts")
	flag.DurationVar(&o.each, "each", 2*time.Second, "time of one measurement")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench-api:", err)
		os.Exit(1)
	}
}

func (o *options) run() error {
	if o.serve != "" {
		return serve(o.serve)
	}
	if err := checkLibrary(); err != nil {
		return err
	}
	fmt.Printf("POST /signals/cipher, 2 readings back, %d connections, median of %d rounds of %v; %s, %d CPUs, servers and client on them\n\n",
		o.clients, o.rounds, o.each, runtime.Version(), runtime.NumCPU())
	fmt.Printf("| candles | form    | handler       | requests/s | p99, ms | against encoding/json | against goccy |\n")
	fmt.Printf("| ------: | ------- | ------------- | ---------: | ------: | --------------------: | ------------: |\n")
	for _, n := range []int{500, 5000} {
		for _, form := range []string{"columns", "rows"} {
			if err := o.table(n, form); err != nil {
				return err
			}
		}
	}
	return nil
}

// table prints the lines of one body.
func (o *options) table(n int, form string) error {
	names := []string{"quantum", "goccy/go-json", "encoding/json"}
	results := map[string][]result{}
	body := request(n, form)
	for range o.rounds {
		for _, name := range names { // one after the other, so that a slow moment meets all
			r, err := o.measure(name, body, n)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			results[name] = append(results[name], r)
		}
	}
	median := map[string]result{}
	for name, list := range results {
		slices.SortFunc(list, func(a, b result) int { return int(a.rate - b.rate) })
		median[name] = list[len(list)/2]
	}
	for _, name := range names {
		m := median[name]
		fmt.Printf("| %7d | %-7s | %-13s | %10.0f | %7.2f | %21.2f | %13.2f |\n", n, form, name, m.rate, m.p99.Seconds()*1000,
			m.rate/median["encoding/json"].rate, m.rate/median["goccy/go-json"].rate)
	}
	return nil
}

// measure runs one server and loads it.
func (o *options) measure(name, body string, n int) (result, error) {
	cmd := exec.Command(os.Args[0], "-serve", name)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return result{}, err
	}
	if err := cmd.Start(); err != nil {
		return result{}, err
	}
	defer func() {
		_ = cmd.Process.Kill() // its work is done
		_ = cmd.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return result{}, err
	}
	address := strings.TrimSpace(line)
	path := fmt.Sprintf("/signals/cipher/%d", n)
	if name == "quantum" {
		path = "/signals/cipher"
	}
	return load(address, path, body, o.clients, o.each)
}

// listen gives a free address of this machine and tells it on standard output.
func listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println(l.Addr())
	}
	return l, err
}
