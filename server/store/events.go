package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// Events gives a page of committed events, newest first across all series of
// the filter.
func (s *Store) Events(ctx context.Context, f server.EventFilter) (server.EventPage, error) {
	from, err := parseCursor(f.Cursor)
	if err != nil {
		return server.EventPage{}, err
	}
	m := merge{store: s, filter: f, chunk: int64(max(16, min(f.Limit+1, 512)))}
	for _, series := range slices.Compact(slices.SortedFunc(slices.Values(f.Series), bySeries)) {
		run := &eventRun{series: series, name: series.String(), next: before(f.To)}
		if from != nil {
			run.next = from.start(series)
			if open, _ := parseID(run.next[1:]); f.To > 0 && open >= f.To {
				run.next = before(f.To)
			}
		}
		m.runs = append(m.runs, run)
	}
	return m.page(ctx)
}

func bySeries(a, b server.Series) int {
	if a.Market != b.Market {
		return slices.Compare([]string{a.Market.Source, a.Market.Symbol}, []string{b.Market.Source, b.Market.Symbol})
	}
	return int(a.Interval - b.Interval)
}

// eventRun is one series' events, read backwards in chunks.
type eventRun struct {
	series server.Series
	name   string
	next   string // where the next chunk starts
	ended  bool   // no chunk is left
	queue  []queued
}

type queued struct {
	at    cursor
	event server.Event
}

// merge lists the events of many runs as one.
type merge struct {
	store  *Store
	filter server.EventFilter
	chunk  int64
	runs   []*eventRun
}

func (m *merge) page(ctx context.Context) (server.EventPage, error) {
	page := server.EventPage{Events: []server.Event{}}
	last := cursor{}
	for {
		if err := m.refill(ctx); err != nil {
			return server.EventPage{}, err
		}
		first := m.first()
		if first == nil {
			return page, nil
		}
		if len(page.Events) == m.filter.Limit {
			page.Cursor = last.String()
			return page, nil
		}
		page.Events = append(page.Events, first.queue[0].event)
		last = first.queue[0].at
		first.queue = first.queue[1:]
	}
}

// first is the run with the next event, nil where all have ended.
func (m *merge) first() *eventRun {
	var best *eventRun
	for _, r := range m.runs {
		if len(r.queue) > 0 && (best == nil || r.queue[0].at.before(best.queue[0].at)) {
			best = r
		}
	}
	return best
}

// refill reads, in one round trip a turn, a chunk of every run that has nothing
// queued, until each has something or has ended.
func (m *merge) refill(ctx context.Context) error {
	for {
		p := m.store.client.Pipeline()
		var due []*eventRun
		var replies []*redis.XMessageSliceCmd
		for _, r := range m.runs {
			if len(r.queue) == 0 && !r.ended {
				due = append(due, r)
				replies = append(replies, p.XRevRangeN(ctx, m.store.names(r.series).events, r.next, fromID(m.filter.From), m.chunk))
			}
		}
		if len(due) == 0 {
			return nil
		}
		if _, err := p.Exec(ctx); err != nil {
			return fmt.Errorf("events: %w", err)
		}
		for i, r := range due {
			if err := m.take(r, replies[i].Val()); err != nil {
				return err
			}
		}
	}
}

func fromID(from int64) string {
	if from <= 0 {
		return "-"
	}
	return fmt.Sprintf("%d-0", from)
}

// take queues what the filter lets through.
func (m *merge) take(r *eventRun, messages []redis.XMessage) error {
	r.ended = int64(len(messages)) < m.chunk
	for _, message := range messages {
		e, err := parseEvent(r.series, message)
		if err != nil {
			return err
		}
		r.next = "(" + message.ID
		if picked(m.filter.Kinds, e.Kind) && picked(m.filter.Sides, e.Side) {
			r.queue = append(r.queue, queued{cursor{e.OpenTime + int64(r.series.Interval), r.name, message.ID}, e})
		}
	}
	return nil
}

func picked(list []string, one string) bool { return len(list) == 0 || slices.Contains(list, one) }

func parseEvent(series server.Series, m redis.XMessage) (server.Event, error) {
	var e server.Event
	body, _ := m.Values["body"].(string)
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return e, fmt.Errorf("stored event %s of %s: %w", m.ID, series, err)
	}
	e.Series, e.Seq = series, integer(m.Values["seq"])
	return e, nil
}
