package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// result of one measurement.
type result struct {
	rate float64 // requests a second
	p99  time.Duration
}

// load posts a body over so many connections, each one request after the other,
// after a warm-up of a quarter of the time.
func load(address, path, body string, clients int, d time.Duration) (result, error) {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, len(body))
	message := []byte(head + body)
	var mu sync.Mutex
	var times []time.Duration
	var failed error
	var wg sync.WaitGroup
	began := time.Now()
	from, until := began.Add(d/4), began.Add(d/4+d)
	for range clients {
		wg.Go(func() {
			mine, err := one(address, message, from, until)
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return result{}, failed
	}
	slices.Sort(times)
	return result{float64(len(times)) / d.Seconds(), times[len(times)*99/100]}, nil
}

func one(address string, message []byte, from, until time.Time) (times []time.Duration, err error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	r := bufio.NewReaderSize(c, 256<<10)
	for {
		sent := time.Now()
		if _, err := c.Write(message); err != nil {
			return nil, err
		}
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(io.Discard, answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || n < 1000 {
			return nil, fmt.Errorf("%s with %d bytes: %w", answer.Status, n, err)
		}
		switch now := time.Now(); {
		case now.After(until):
			return times, nil
		case sent.After(from):
			times = append(times, now.Sub(sent))
		}
	}
}
