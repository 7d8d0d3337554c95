package api

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/server"
)

// eventsQuery is the query string of GET /signals/events. What may repeat
// picks any of the given; absent, all.
type eventsQuery struct {
	Market   []string `name:"market" validate:"max=100,dive,market"`
	Interval []string `name:"interval" validate:"max=100,dive,interval"`
	Kind     []string `name:"kind" validate:"max=100,dive,max=60"`
	Side     []string `name:"side" validate:"max=3,dive,oneof=bull bear none"`
	From     int64    `name:"from" validate:"min=0"`
	To       int64    `name:"to" validate:"min=0"`
	Limit    int      `name:"limit" validate:"min=1,max=1000"`
	Cursor   string   `name:"cursor" validate:"max=200"`
}

// getEvents lists committed events, newest first.
func (a *api) getEvents(w http.ResponseWriter, r *http.Request) error {
	q := eventsQuery{Limit: 100}
	if err := a.decode(r, &q); err != nil {
		return err
	}
	watched, err := a.store.Watched(r.Context())
	if err != nil {
		return unavailable(err)
	}
	filter := server.EventFilter{Kinds: q.Kind, Sides: q.Side, From: q.From, To: q.To, Limit: q.Limit, Cursor: q.Cursor}
	for _, one := range watched {
		s := one.Series
		if picks(q.Market, s.Market.String()) && picks(q.Interval, s.Interval.String()) {
			filter.Series = append(filter.Series, s)
		}
	}
	page, err := a.store.Events(r.Context(), filter)
	if err != nil {
		return unavailable(err)
	}
	b := []byte(`{"events":[`)
	for i := range page.Events {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendEvent(b, &page.Events[i])
	}
	b = append(b, `],"cursor":`...)
	if page.Cursor == "" {
		b = append(b, "null"...)
	} else {
		b = server.AppendText(b, page.Cursor)
	}
	return reply(w, http.StatusOK, jsonType, append(b, '}'))
}

func picks(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }

func appendEvent(b []byte, e *server.Event) []byte {
	b = server.AppendText(append(b, `{"id":`...), e.ID)
	b = server.AppendText(append(b, `,"kind":`...), e.Kind)
	b = server.AppendText(append(b, `,"side":`...), e.Side)
	b = appendSeries(append(b, ','), e.Series)
	b = strconv.AppendInt(append(b, `,"seq":`...), e.Seq, 10)
	b = strconv.AppendInt(append(b, `,"open_time":`...), e.OpenTime, 10)
	b = strconv.AppendInt(append(b, `,"known_at":`...), e.KnownAt, 10)
	b = server.AppendFloat(append(b, `,"price":`...), e.Price)
	if len(e.Data) > 0 {
		b = append(append(b, `,"data":`...), e.Data...)
	}
	return append(b, '}')
}
