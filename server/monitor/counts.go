package monitor

import "sync/atomic"

// Stats count what a monitor has done since it was made.
type Stats struct {
	Bars      int64 // committed
	Already   int64 // found committed when a commit was repeated
	Events    int64 // committed
	Invalid   int64 // bars of a feed that break a rule, never committed
	Corrected int64 // committed bars the feed gave again with other values
	Late      int64 // bars that open before the last one is closed, those a feed gives again as it begins too
	Gaps      int64 // steps over more than one interval that history was asked about
	Filled    int64 // bars history gave for them
	Fenced    int64 // commits the store refused because the lease was gone
	Outages   int64 // commits that had to be repeated
	Takes     int64 // leases taken
	Takeovers int64 // of those, leases another had held since this monitor did
	Given     int64 // leases given up to other monitors
	Lost      int64 // leases lost
	Restarts  int64 // times a series began anew after an error
}

type counts struct {
	bars, already, events, invalid, corrected, late, gaps, filled, fenced, outages, takes, takeovers, given, lost, restarts atomic.Int64
}

// Stats reads the counts. Each is exact, together they are of about one moment.
func (m *Monitor) Stats() Stats {
	c := &m.counts
	return Stats{
		Bars: c.bars.Load(), Already: c.already.Load(), Events: c.events.Load(),
		Invalid: c.invalid.Load(), Corrected: c.corrected.Load(), Late: c.late.Load(), Gaps: c.gaps.Load(), Filled: c.filled.Load(),
		Fenced: c.fenced.Load(), Outages: c.outages.Load(),
		Takes: c.takes.Load(), Takeovers: c.takeovers.Load(), Given: c.given.Load(), Lost: c.lost.Load(), Restarts: c.restarts.Load(),
	}
}
