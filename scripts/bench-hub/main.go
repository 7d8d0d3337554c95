// Command bench-hub loads the hub, a plain Melody broadcast and centrifuge with
// the same messages to the same clients, in one run, and prints what each
// carries. The server is a process of its own on one processor, the clients are
// another on another.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// peers are the servers raced.
var peers = []string{"hub", "melody", "centrifuge"}

func main() {
	role := flag.String("serve", "", "be the server of that name (internal)")
	channels := flag.Int("channels", 1, "channels of the server (internal)")
	clients := flag.String("clients", "1000,5000", "numbers of subscribers to try")
	only := flag.String("only", "", "one of "+strings.Join(peers, ", ")+"; all if empty")
	last := flag.Duration("for", 4*time.Second, "length of a measurement")
	window := flag.Int("window", 128, "messages published and not received yet, at most")
	quick := flag.Bool("quick", false, "few clients and short, to see that all of it works")
	many := flag.Bool("many", true, "as well 1,000 channels with 5 a client")
	profile := flag.String("profile", "", "file that takes a CPU profile of the server")
	flag.Parse()
	if *role != "" {
		serve(*role, *channels, *profile)
		return
	}
	if *quick {
		*clients, *last = "100", 300*time.Millisecond
	}
	fmt.Printf("%s\n\n", machine())
	failed := false
	for text := range strings.SplitSeq(*clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			fatal(fmt.Errorf("-clients is %q, must be numbers with commas between", *clients))
		}
		failed = report(fmt.Sprintf("%d subscribers, each message to all", n), plan{
			clients: n, channels: 1, each: 1, window: *window, rate: max(1, 20_000/n), last: *last, only: *only, profile: *profile,
		}) || failed
		if *many {
			failed = report(fmt.Sprintf("%d subscribers of 5 in %d channels", n, min(1000, n)), plan{
				clients: n, channels: min(1000, n), each: 5, window: 20 * *window, rate: max(1, 20_000*200/n), last: *last, only: *only, profile: *profile,
			}) || failed
		}
	}
	if failed {
		fatal(errors.New("the hub lost messages or clients"))
	}
}

// report runs a plan with every server and prints a table. It tells whether the
// hub failed or lost something; of the others that is a figure.
func report(title string, p plan) (failed bool) {
	var notes []string
	fmt.Printf("%s\n\n", title)
	fmt.Println("| server | deliveries/s | lost | p50 ms | p99 ms | CPU µs a delivery | at rest KiB a client | quiet: p50 ms | p99 ms | CPU µs |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, peer := range peers {
		if p.only != "" && p.only != peer {
			continue
		}
		r, err := p.run(peer)
		if err != nil {
			fmt.Printf("| %s | failed: %v |\n", peer, err)
			failed = failed || peer == "hub"
			continue
		}
		failed = failed || peer == "hub" && (r.gone > 0 || r.full.lost+r.quiet.lost != 0)
		fmt.Printf("| %s | %.0f | %d | %.2f | %.2f | %.2f | %.1f | %.2f | %.2f | %.2f |\n", peer,
			r.full.rate, r.full.lost+r.quiet.lost, r.full.p50, r.full.p99, r.full.cpu, r.memory, r.quiet.p50, r.quiet.p99, r.quiet.cpu)
		if r.gone > 0 {
			notes = append(notes, fmt.Sprintf("%s let %d of %d clients go, the first with: %v.", peer, r.gone, p.clients, r.why))
		}
	}
	for _, note := range notes {
		fmt.Printf("\n%s\n", note)
	}
	fmt.Printf("\nQuiet: %d messages a second, whatever the server could carry.\n\n", p.rate)
	return failed
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "bench-hub:", err)
	os.Exit(1)
}
