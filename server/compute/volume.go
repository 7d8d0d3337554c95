package compute

import (
	"fmt"
	"math"
	"net/http"
	"sort"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// volumeParams are Quantum Volume's parameters.
var volumeParams = newParams(volume.Catalog().Params, "")

// VolumeParams reads parameters from objects as requests hold them; of a name
// the last counts. The error is a *server.Error listing all that is wrong.
func VolumeParams(objects ...[]byte) (volume.Params, error) {
	var issues server.Issues
	settings, err := volumeParams.scanAll(objects, &issues)
	if err != nil {
		return volume.Params{}, err
	}
	p := setVolume(settings, &issues)
	return p, issues.Err()
}

func setVolume(settings []setting, issues *server.Issues) volume.Params {
	p := volume.Default()
	set(&p, settings, func(name string) string { return "/params/" + name }, issues)
	return p
}

// volumeRequest is POST /signals/volume, as far as tags can judge it.
type volumeRequest struct {
	Bars   int `name:"candles" validate:"bars"`
	Trades int `name:"trades" validate:"trades"`

	request
	params     volume.Params
	span       span
	developing bool
	trades     volume.Trades
	exact      bool // trades were given
}

// readVolume reads a request.
func (h *Handler) readVolume(r *http.Request, body []byte, columns bool, m *memory) (asked, error) {
	var issues server.Issues
	q := &volumeRequest{request: request{events: true, memory: m}}
	var err error
	prefix := "/"
	if columns {
		prefix = ""
		q.readQuery(r.URL.Query(), volumeParams, &issues, q.rangeQuery(&issues))
		q.candles, err = readColumns(body, &issues)
	} else {
		noQuery(r.URL.Query(), &issues)
		err = q.scan(body, volumeParams, &issues, func(s *server.Scanner, key string) bool {
			switch key {
			case "range":
				q.span = scanSpan(s, &issues)
			case "developing":
				q.developing = scanBool(s, "/developing", &issues)
			case "trades":
				q.exact = true
				q.trades = scanTrades(s, &issues)
			default:
				return false
			}
			return true
		})
	}
	if err != nil {
		return nil, err
	}
	h.checkVolume(q, prefix, &issues)
	if issues.Len() > 0 {
		q.candles.Check(q.interval, &issues)
		return nil, issues.Err()
	}
	return func() (answer, error) { return h.volume(q) }, nil
}

// rangeQuery reads the part of a query string only this request has.
func (q *volumeRequest) rangeQuery(issues *server.Issues) func(name, text string) bool {
	return func(name, text string) bool {
		switch name {
		case "range":
			q.span = parseSpan(text, name, issues)
		case "developing":
			q.developing = parseBool(name, text, issues)
		default:
			return false
		}
		return true
	}
}

// checkVolume notes what tags, parameters and the rules between fields refuse.
func (h *Handler) checkVolume(q *volumeRequest, prefix string, issues *server.Issues) {
	unread := q.unread(issues)
	q.Bars, q.Trades = q.candles.Len(), q.trades.Len()
	if q.exact {
		unread = append(unread, "Bars")
		if q.given {
			issues.Add(server.CodeInvalid, server.Field{Pointer: prefix + "trades", Value: q.Trades, Rule: core.RuleExclusive.String(), Bound: "no candles beside them"})
		}
	} else {
		unread = append(unread, "Trades")
	}
	_, engine := q.span.engine(core.Columns{})
	q.checkInterval(prefix+"interval", engine, issues)
	h.validate.Check(q, prefix, issues, unread...)
	q.params = setVolume(q.settings, issues)
	switch {
	case q.exact && engine:
		issues.Add(server.CodeInvalid, server.Field{Pointer: prefix + "range", Value: q.span.kind, Rule: "range_of_trades", Bound: "fixed, or absent: trades have no bars to develop over"})
	case q.exact && q.forming:
		issues.Add(server.CodeInvalid, server.Field{Pointer: prefix + "forming", Value: true, Rule: core.RuleExclusive.String(), Bound: "candles: of trades none is forming"})
	}
	q.rangeDevelops(prefix, issues)
	if issues.Len() == 0 {
		h.affordable(q, prefix, issues)
	}
}

// rangeDevelops refuses developing levels of a range taken in one shot.
func (q *volumeRequest) rangeDevelops(prefix string, issues *server.Issues) {
	if _, engine := q.span.engine(core.Columns{}); q.developing && !engine {
		issues.Add(server.CodeInvalid, server.Field{Pointer: prefix + "developing", Value: true, Rule: "range_develops", Bound: "a range that grows or moves: session, week, month, bounds, rolling or anchored"})
	}
}

// affordable refuses what would cost too much.
func (h *Handler) affordable(q *volumeRequest, prefix string, issues *server.Issues) {
	if n := q.candles.Len(); q.span.zone != "" && (q.candles.OpenTime[n-1]-q.candles.OpenTime[0])/86_400_000 > volume.MaxBounds {
		issues.Add(server.CodeInvalid, server.Field{Pointer: prefix + "range/zone", Value: q.span.zone, Rule: "max", Bound: fmt.Sprintf("of candles over at most %d days", volume.MaxBounds)})
		return
	}
	if _, engine := q.span.engine(core.Columns{}); !engine {
		return
	}
	if work := q.span.work(q.params, q.candles.Columns); work > maxWork {
		issues.Add(server.CodeTooLarge, server.Field{
			Pointer: prefix + "params/rows", Value: q.params.Rows, Rule: "work",
			Bound: fmt.Sprintf("row_size instead, or fewer candles: keeping these levels lays %d bars anew, and %d are the limit", work, maxWork),
		})
	}
}

// volume computes a request.
func (h *Handler) volume(q *volumeRequest) (answer, error) {
	a := &VolumeAnswer{WasmSHA256: h.options.WasmSHA256, Params: q.params, span: &q.span, interval: q.interval}
	var err error
	if q.exact {
		t := q.trades
		if q.span.kind == "fixed" {
			t = tradesBetween(t, q.span.from, q.span.to)
		}
		a.Profile, err = volume.FromTrades(q.params, t)
		return a, tradesRefusal(err)
	}
	closed, forming := q.split(q.candles.Columns)
	if r, engine := q.span.engine(q.candles.Columns); engine {
		a.levels, err = develop(q, r, closed, forming)
		if err == nil {
			a.Profile, err = a.levels.engine.Profile()
		}
	} else {
		err = oneShot(q, a, closed, forming)
	}
	if err != nil {
		return nil, paramRefusal(q.candles.Refusal(q.interval, err))
	}
	return a, nil
}

// paramRefusal names the parameter in a refusal that only the candles brought up,
// as of a row_size they do not fit.
func paramRefusal(err error) error {
	e, ok := err.(*core.Error) //nolint:errorlint // it is what core gives
	if !ok {
		return err
	}
	if _, ok = volume.Default().Get(e.Field); !ok {
		return err
	}
	var issues server.Issues
	issues.Core(e, "/params/"+e.Field)
	return issues.Err()
}

// oneShot takes the profile of all candles, or of those in a fixed range.
func oneShot(q *volumeRequest, a *VolumeAnswer, closed core.Columns, forming *core.Candle) (err error) {
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if q.span.kind == "fixed" {
		var issues server.Issues
		q.candles.Check(0, &issues) // those outside the range as well
		if err := issues.Err(); err != nil {
			return err
		}
		from, to = q.span.from, q.span.to
	}
	if a.Profile, err = volume.Compute(q.params, between(closed, from, to)); err != nil || forming == nil {
		return err
	}
	a.forming = &formingLevels{candle: *forming}
	if forming.OpenTime < from || forming.OpenTime >= to {
		a.forming.levels = levelsOf(a.Profile)
		return nil
	}
	all, err := volume.Compute(q.params, between(q.candles.Columns, from, to))
	if err == nil {
		a.forming.levels = levelsOf(all)
	}
	return err
}

// between is those of the candles in [from, to).
func between(c core.Columns, from, to int64) core.Columns {
	first := sort.Search(c.Len(), func(i int) bool { return c.OpenTime[i] >= from })
	behind := sort.Search(c.Len(), func(i int) bool { return c.OpenTime[i] >= to })
	return c.Slice(first, max(first, behind))
}

// tradesRefusal names the trade in a refusal of core.
func tradesRefusal(err error) error {
	e, ok := err.(*core.Error) //nolint:errorlint // it is what FromTrades gives
	if !ok || e.Index < 0 {
		return err
	}
	var issues server.Issues
	issues.Core(e, fmt.Sprintf("/trades/%s/%d", e.Field, e.Index))
	return issues.Err()
}
