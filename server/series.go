// Package server holds what all parts of the origin share: markets, series,
// bars, events and errors, and how they are read from JSON, refused and
// answered. Its packages meet only here and in the command.
package server

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"

	"github.com/quantum-signals/quantum/core"
)

// Market is where a symbol trades, written "binance:BTCUSDT".
type Market struct {
	Source string // lower case: binance, ingest, sim, demo
	Symbol string // as the source writes it
}

var marketForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,19}:[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// ParseMarket reads "source:SYMBOL".
func ParseMarket(s string) (Market, error) {
	if !marketForm.MatchString(s) {
		return Market{}, Invalid("market", s, "form", "source:SYMBOL, as in binance:BTCUSDT")
	}
	source, symbol, _ := strings.Cut(s, ":")
	return Market{source, symbol}, nil
}

func (m Market) String() string { return m.Source + ":" + m.Symbol }

// Partition is the market's place among p partitions, the unit of leases and
// of Redis Cluster slots.
func (m Market) Partition(p int) int {
	h := fnv.New32a()
	h.Write([]byte(m.String()))
	return int(h.Sum32() % uint32(p))
}

// Series is the bars of a market at one interval, written "binance:BTCUSDT:1h".
type Series struct {
	Market   Market
	Interval core.Interval
}

// ParseSeries reads "source:SYMBOL:interval".
func ParseSeries(s string) (Series, error) {
	at := strings.LastIndexByte(s, ':')
	if at < 0 {
		return Series{}, Invalid("series", s, "form", "source:SYMBOL:interval, as in binance:BTCUSDT:1h")
	}
	market, err := ParseMarket(s[:at])
	if err != nil {
		return Series{}, err
	}
	interval, err := core.ParseInterval(s[at+1:])
	if err != nil {
		return Series{}, err
	}
	return Series{market, interval}, nil
}

func (s Series) String() string { return fmt.Sprintf("%s:%s", s.Market, s.Interval) }
