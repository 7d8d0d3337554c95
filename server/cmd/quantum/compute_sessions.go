package main

import (
	"bufio"
	"context"
	"fmt"
	"sort"
	"time"
	_ "time/tzdata" // zones on machines that have no database of their own

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// session is one session's bars, as a profile.
type session struct {
	start   int64
	bars    int
	profile *volume.Profile
}

// sessionProfiles takes a fresh profile of each session of the candles.
func sessionProfiles(ctx context.Context, e engine, p volume.Params, c core.Columns, when server.Sessions) ([]session, error) {
	if c.Len() == 0 {
		return nil, &core.Error{Code: core.NoBars, Field: "candles", Index: -1, Text: "are missing: no session has any"}
	}
	var all []session
	bounds := when.Bounds(c.OpenTime[0], c.OpenTime[c.Len()-1])
	for i, start := range bounds {
		end := c.Len()
		if i+1 < len(bounds) {
			end = sort.Search(c.Len(), func(n int) bool { return c.OpenTime[n] >= bounds[i+1] })
		}
		begin := sort.Search(c.Len(), func(n int) bool { return c.OpenTime[n] >= start })
		if begin == end {
			continue // a halted day
		}
		profile, err := e.profile(ctx, p, c.Slice(begin, end))
		if err != nil {
			return nil, fmt.Errorf("session of %s: %w", stamp(start), err)
		}
		all = append(all, session{start, end - begin, profile})
	}
	return all, nil
}

// writeSessions writes a session a line: where it began, and its levels.
func writeSessions(w *bufio.Writer, format string, all []session) error {
	if format == "csv" {
		_, _ = w.WriteString("open_time,bars,total,poc,vah,val,vwap,sd,shape\n") // the first error stays with w
	} else {
		fmt.Fprintf(w, "%-16s %6s %14s %12s %12s %12s %12s  %s\n", "session (UTC)", "bars", "volume", "POC", "VAH", "VAL", "VWAP", "shape")
	}
	for _, s := range all {
		p := s.profile
		if format == "csv" {
			line := fmt.Appendf(nil, "%d,%d", s.start, s.bars)
			for _, v := range [...]float64{p.Total, p.POC, p.VAH, p.VAL, p.VWAP, p.SD} {
				line = appendFloat(append(line, ','), v)
			}
			_, _ = w.Write(fmt.Appendf(line, ",%s\n", p.Shape))
			continue
		}
		fmt.Fprintf(w, "%-16s %6d %14.4f %12.4f %12.4f %12.4f %12.4f  %s\n", stamp(s.start), s.bars, p.Total, p.POC, p.VAH, p.VAL, p.VWAP, p.Shape)
	}
	return w.Flush()
}

func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04") }
