package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// Sources are where the bars of markets come from.
type Sources interface {
	// Check says whether there can be such a series, with the note its market
	// carries. The error is a *server.Error.
	Check(s server.Series) (note string, err error)
	// Clocked tells of a source whether its bars open by the clock, so that the time
	// says how many are missing.
	Clocked(source string) bool
}

// watchRequest is the body of POST /markets.
type watchRequest struct {
	Market    string   `name:"market" validate:"required,market"`
	Intervals []string `name:"intervals" validate:"min=1,max=20,unique,dive,interval"`
}

// postMarket has a market watched, at more intervals if it is already. Monitors
// see it within a moment and fetch its history; GET /markets tells how far they
// are.
func (a *api) postMarket(w http.ResponseWriter, r *http.Request) error {
	if err := server.CheckMedia(r, []string{jsonType}, jsonType); err != nil {
		return err
	}
	q, err := a.readWatch(w, r)
	if err != nil {
		return err
	}
	watched, err := a.store.Watched(r.Context())
	if err != nil {
		return unavailable(err)
	}
	var list []server.Watched
	var issues server.Issues
	for i, name := range q.Intervals {
		series, err := server.ParseSeries(q.Market + ":" + name)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(watched, func(one server.Watched) bool { return one.Series == series }) {
			continue
		}
		note := ""
		if a.options.Sources != nil {
			if note, err = a.options.Sources.Check(series); err != nil {
				issues.Add(server.CodeInvalid, server.Field{Pointer: "/intervals/" + strconv.Itoa(i), Value: series.String(), Rule: "source", Bound: err.Error()})
				continue
			}
		}
		list = append(list, server.Watched{Series: series, Note: note})
	}
	if most := a.options.MaxWatched; len(watched)+len(list) > most {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/intervals", Value: len(watched) + len(list), Rule: "max", Bound: fmt.Sprintf("at most %d watched series in all", most)})
	}
	if err := issues.Err(); err != nil {
		return err
	}
	for _, one := range list {
		if err := a.store.Watch(r.Context(), one); err != nil {
			return unavailable(err)
		}
	}
	markets, err := a.store.Markets(r.Context())
	if err != nil {
		return unavailable(err)
	}
	for i := range markets {
		if markets[i].Market.String() == q.Market {
			return reply(w, http.StatusAccepted, jsonType, a.appendMarket(nil, &markets[i]))
		}
	}
	return &server.Error{Code: server.CodeConflict, Detail: q.Market + " was stopped by another request meanwhile"}
}

func (a *api) readWatch(w http.ResponseWriter, r *http.Request) (*watchRequest, error) {
	body, err := server.ReadBody(w, r, nil, a.options.MaxBody)
	if err != nil {
		return nil, err
	}
	var issues server.Issues
	q := &watchRequest{}
	s, ok := server.NewScanner(body), true
	for key := range s.Object(&ok) {
		switch key {
		case "market":
			q.Market, _ = s.Text()
		case "intervals":
			q.Intervals = []string{}
			isArray := true
			for range s.Array(&isArray) {
				text, _ := s.Text()
				q.Intervals = append(q.Intervals, text)
			}
		default:
			s.Skip()
			issues.Unknown("/"+key, key, "market or intervals")
		}
	}
	if err := s.End(); err != nil {
		return nil, err
	}
	if !ok {
		return nil, &server.Error{Code: server.CodeMalformed, Detail: "the body must be an object"}
	}
	a.validate.Check(q, "/", &issues)
	return q, issues.Err()
}

// stopQuery is the query string of DELETE /markets/{market}.
type stopQuery struct {
	Interval []string `name:"interval" validate:"max=20,dive,interval"`
}

// deleteMarket stops a market, at the intervals named or at all. What is stored
// of it stays.
func (a *api) deleteMarket(w http.ResponseWriter, r *http.Request) error {
	market, err := server.ParseMarket(r.PathValue("market"))
	if err != nil {
		return err
	}
	var q stopQuery
	if err := a.decode(r, &q); err != nil {
		return err
	}
	watched, err := a.store.Watched(r.Context())
	if err != nil {
		return unavailable(err)
	}
	stopped := 0
	for _, one := range watched {
		if one.Series.Market != market || !picks(q.Interval, one.Series.Interval.String()) {
			continue
		}
		if err := a.store.Unwatch(r.Context(), one.Series); err != nil {
			return unavailable(err)
		}
		stopped++
	}
	if stopped == 0 {
		return &server.Error{Code: server.CodeNotFound, Detail: market.String() + " is not watched"}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// behind is how many closed bars a series lacks, by the clock.
func behind(last int64, interval core.Interval, now int64) int64 {
	return max(0, (now-last)/int64(interval)-1)
}
