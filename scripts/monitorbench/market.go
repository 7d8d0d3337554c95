package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/feed"
)

// origin is the open time of the first bar: midnight of 1 January 2025.
const origin = 20089 * int64(core.Day)

// walk reads the bars of the reference walk, as minutes: twice as many as are
// wanted, so that each series may start at another place.
func walk(file string, wanted int) (core.Columns, error) {
	in, err := feed.OpenCSV(file)
	if err != nil {
		return core.Columns{}, err
	}
	defer in.Close()
	c, err := feed.ReadCSV(in, feed.CSVOptions{})
	if err != nil {
		return c, err
	}
	if c.Len() < 2*wanted {
		return c, fmt.Errorf("the walk has %d bars, %d are needed", c.Len(), 2*wanted)
	}
	return c, nil
}

// market is a feed whose series all close their bars at the same moment, when
// the measurement says so. The first warm bars are history.
type market struct {
	bars core.Columns
	warm int
	wait []chan struct{} // closed when a burst begins

	mu   sync.Mutex
	live int // guarded by mu: series that wait for the first burst
}

func newMarket(bars core.Columns, warm, bursts int) *market {
	m := &market{bars: bars, warm: warm}
	for range bursts {
		m.wait = append(m.wait, make(chan struct{}))
	}
	return m
}

// name names the series of a number.
func name(n int) server.Series {
	return server.Series{Market: server.Market{Source: "bench", Symbol: fmt.Sprintf("S%04d", n)}, Interval: core.Minute}
}

// bar is bar i of a series: each starts at another place of the walk.
func (m *market) bar(s server.Series, i int) core.Candle {
	var number int
	if _, err := fmt.Sscanf(s.Market.Symbol, "S%04d", &number); err != nil {
		panic(err) // name wrote it
	}
	k := m.bars.At(number*7%(m.bars.Len()/2) + i)
	k.OpenTime = origin + int64(i)*int64(core.Minute)
	return k
}

func (m *market) History(_ context.Context, s server.Series, after int64, yield func(core.Candle) error) error {
	for i := range m.warm {
		if k := m.bar(s, i); k.OpenTime > after {
			if err := yield(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *market) Live(ctx context.Context, s server.Series, _ int64, emit func(server.Bar) error) error {
	bars := make([]core.Candle, len(m.wait))
	for i := range bars {
		bars[i] = m.bar(s, m.warm+i)
	}
	m.mu.Lock()
	m.live++
	m.mu.Unlock()
	for i, burst := range m.wait {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-burst:
		}
		if err := emit(server.Bar{Series: s, Candle: bars[i], Closed: true}); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// ready is how many series wait for bursts.
func (m *market) ready() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.live
}

// burst closes a bar of every series and tells when.
func (m *market) burst(i int) time.Time {
	now := time.Now()
	close(m.wait[i])
	return now
}
