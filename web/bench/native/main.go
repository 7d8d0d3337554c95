// Command native runs the engine natively for the benchmark of the web: it
// answers the same requests as the browser's page, a line of JSON each, over
// the same bars, so that its samples interleave with the page's.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// request is what the one who runs the races asks.
type request struct {
	Do      string   `json:"do"`
	Section string   `json:"section"`
	Bars    int      `json:"bars"`
	Names   []string `json:"names"`
	LeastMs float64  `json:"leastMs"`
	Name    string   `json:"name"`
}

// sample is how long so many calls took.
type sample struct {
	Nanoseconds int64 `json:"nanoseconds"`
	Calls       int   `json:"calls"`
}

// agreement is what is said of a contestant before it is timed: a hash of its columns.
type agreement struct {
	Name   string `json:"name"`
	Worst  string `json:"worst"`
	Digest string `json:"digest"`
}

// session is the state between requests.
type session struct {
	bars    *series
	samples map[string]func() sample // by contestant
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	var s session
	for in.Scan() {
		answer, err := s.answer(in.Bytes())
		reply := map[string]any{"answer": answer}
		if err != nil {
			reply = map[string]any{"error": err.Error()}
		}
		if err := out.Encode(reply); err != nil {
			fmt.Fprintln(os.Stderr, "native:", err)
			os.Exit(1)
		}
	}
}

func (s *session) answer(line []byte) (any, error) {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, fmt.Errorf("request %q: %w", line, err)
	}
	switch r.Do {
	case "nothing":
		return nil, nil
	case "sample":
		return s.samples[r.Name](), nil
	}
	if s.bars == nil || s.bars.Len() < r.Bars {
		s.bars = makeSeries(r.Bars)
	}
	switch r.Do {
	case "digest":
		return s.bars.digest(r.Bars), nil
	case "agree":
		said := []agreement{}
		for _, c := range contestants(r.Section) {
			columns, err := c.columns(s.bars.Slice(0, r.Bars))
			if err != nil {
				return nil, err
			}
			said = append(said, agreement{Name: c.name, Worst: "by bits", Digest: digest(columns...)})
		}
		return said, nil
	case "prepare":
		s.samples = map[string]func() sample{}
		ready := []string{}
		for _, c := range contestants(r.Section) {
			if slices.Contains(r.Names, c.name) {
				s.samples[c.name] = sampler(s.bars.windows(r.Bars), c.prepare, r.LeastMs)
				ready = append(ready, c.name)
			}
		}
		return ready, nil
	}
	return nil, fmt.Errorf("no request %q", r.Do)
}
