package alert

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/server"
)

// Store is where the service keeps alerts.
type Store interface {
	Partitions() int
	Watched(ctx context.Context) ([]server.Watched, error)
	Candles(ctx context.Context, series server.Series, r server.CandleRange) (core.Columns, error)

	NewAlertID(m server.Market, random string) string
	AddAlert(ctx context.Context, a *server.Alert, limit int) error
	SetAlert(ctx context.Context, a *server.Alert) error
	RestoreAlert(ctx context.Context, a *server.Alert, limit int) error
	DeleteAlert(ctx context.Context, id string) error
	Alert(ctx context.Context, id string) (*server.Alert, error)
	Alerts(ctx context.Context) ([]*server.Alert, error)

	LastFired(ctx context.Context, alert string, before int64, limit int) ([]server.Fired, error)
	Attempts(ctx context.Context, alert, cursor string, limit int) ([]server.Attempt, string, error)
	DeadLetters(ctx context.Context, partition int, cursor string, limit int) ([]server.DeadLetter, string, error)
	Resend(ctx context.Context, alert, id string, now time.Time) error
}

// ServiceOptions are what the service is made of besides the store. A zero field
// is its default.
type ServiceOptions struct {
	Preset cipher.Preset  // the monitors run
	Allow  []netip.Prefix // webhook ranges allowed though not of the open Internet
	Limit  int            // alerts of a partition; 500
	Bars   int            // the most history a test walks; 20,000
	Clock  func() time.Time
}

const (
	// maxBody bounds a request: an expression, a message and a URL.
	maxBody = 64 << 10
	// overlap is how long a former secret goes on signing beside the new one.
	overlap = 24 * time.Hour
)

// Service is the alerts of the API.
type Service struct {
	store    Store
	options  ServiceOptions
	validate *server.Validator
}

// NewService returns the service.
func NewService(store Store, o ServiceOptions) *Service {
	if o.Limit == 0 {
		o.Limit = 500
	}
	if o.Bars == 0 {
		o.Bars = 20_000
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Service{store, o, server.NewValidator()}
}

// Route is one method of one path below /api/v1, with the scope it needs.
type Route struct {
	Method, Path, Scope string
	Handler             http.Handler
}

// Routes are what the service answers.
func (s *Service) Routes() []Route {
	const read, write = server.ScopeRead, server.ScopeWrite
	return []Route{
		{"GET", "/alerts", read, server.Handler(s.list)},
		{"POST", "/alerts", write, server.Handler(s.create)},
		{"POST", "/alerts/test", read, server.Handler(s.test)},
		{"GET", "/alerts/dead-letters", read, server.Handler(s.deadLetters)},
		{"GET", "/alerts/{id}", read, server.Handler(s.get)},
		{"PUT", "/alerts/{id}", write, server.Handler(s.replace)},
		{"DELETE", "/alerts/{id}", write, server.Handler(s.remove)},
		{"GET", "/alerts/{id}/fired", read, server.Handler(s.fired)},
		{"GET", "/alerts/{id}/deliveries", read, server.Handler(s.deliveries)},
		{"POST", "/alerts/{id}/deliveries/{delivery}/replay", write, server.Handler(s.replay)},
	}
}

// shown is an alert as the API answers it.
type shown struct {
	ID         string     `json:"id"`
	Market     string     `json:"market"`
	Interval   string     `json:"interval"`
	Name       string     `json:"name"`
	Expression string     `json:"expression"`
	Trigger    string     `json:"trigger"`
	Cooldown   int64      `json:"cooldown"`
	ExpiresAt  int64      `json:"expires_at"`
	Message    string     `json:"message"`
	Webhook    *shownHook `json:"webhook"`
	Status     string     `json:"status"`
	Fired      int64      `json:"fired"`
	LastFired  int64      `json:"last_fired"` // close of the bar
	CreatedAt  int64      `json:"created_at"`
	UpdatedAt  int64      `json:"updated_at"`
}

// shownHook is a webhook without what is secret of it: paths carry keys.
type shownHook struct {
	Host   string `json:"host"`
	Off    string `json:"off"`
	URL    string `json:"url,omitempty"`    // told by copies with secrets only
	Secret string `json:"secret,omitempty"` // told once, when we made it, and by those
}

func (s *Service) show(a *server.Alert, secret string) shown {
	v := shown{
		ID: a.ID, Market: a.Series.Market.String(), Interval: a.Series.Interval.String(), Name: a.Name, Expression: a.Expression,
		Trigger: "bar", Cooldown: a.Cooldown, ExpiresAt: a.ExpiresAt, Message: a.Message, Status: "active",
		Fired: a.State.Fired, LastFired: a.State.Last, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
	if a.Once {
		v.Trigger = "once"
	}
	switch {
	case a.State.Done:
		v.Status = "done"
	case a.ExpiresAt > 0 && a.ExpiresAt <= s.options.Clock().UnixMilli():
		v.Status = "expired"
	}
	if h := a.Webhook; h != nil {
		v.Webhook = &shownHook{Host: host(h.URL), Off: a.State.Off, Secret: secret}
	}
	return v
}

// list answers GET /alerts, those of a market or all.
func (s *Service) list(w http.ResponseWriter, r *http.Request) error {
	var q struct{ market, interval string }
	if err := readQuery(r, map[string]any{"market": &q.market, "interval": &q.interval}); err != nil {
		return err
	}
	all, err := s.store.Alerts(r.Context())
	if err != nil {
		return away(err)
	}
	alerts := []shown{}
	for _, a := range all {
		if (q.market == "" || q.market == a.Series.Market.String()) && (q.interval == "" || q.interval == a.Series.Interval.String()) {
			alerts = append(alerts, s.show(a, ""))
		}
	}
	return reply(w, http.StatusOK, map[string]any{"alerts": alerts})
}

func (s *Service) get(w http.ResponseWriter, r *http.Request) error {
	a, err := s.store.Alert(r.Context(), r.PathValue("id"))
	if err != nil {
		return away(err)
	}
	return reply(w, http.StatusOK, s.show(a, ""))
}

// create answers POST /alerts.
func (s *Service) create(w http.ResponseWriter, r *http.Request) error {
	q, err := s.readRequest(w, r)
	if err != nil {
		return err
	}
	series, err := s.series(r.Context(), q)
	if err != nil {
		return err
	}
	a := &server.Alert{ID: s.store.NewAlertID(series.Market, rand.Text()), Series: series}
	secret := s.fill(a, q)
	a.CreatedAt = a.UpdatedAt
	if err := s.store.AddAlert(r.Context(), a, s.options.Limit); err != nil {
		return away(err)
	}
	w.Header().Set("Location", "/api/v1/alerts/"+a.ID)
	return reply(w, http.StatusCreated, s.show(a, secret))
}

// replace answers PUT /alerts/{id}. The alert is armed again.
func (s *Service) replace(w http.ResponseWriter, r *http.Request) error {
	q, err := s.readRequest(w, r)
	if err != nil {
		return err
	}
	a, err := s.store.Alert(r.Context(), r.PathValue("id"))
	if err != nil {
		return away(err)
	}
	series, err := s.series(r.Context(), q)
	if err != nil {
		return err
	}
	if series.Market != a.Series.Market {
		return server.Invalid("/market", q.Market, "fixed", "that of the alert, "+a.Series.Market.String()+"; another market is another alert")
	}
	a.Series = series
	secret := s.fill(a, q)
	if err := s.store.SetAlert(r.Context(), a); err != nil {
		return away(err)
	}
	a.State.Done, a.State.Off = false, ""
	return reply(w, http.StatusOK, s.show(a, secret))
}

func (s *Service) remove(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.DeleteAlert(r.Context(), r.PathValue("id")); err != nil {
		return away(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// fill writes a request into an alert, and gives the secret that was made for it.
func (s *Service) fill(a *server.Alert, q *request) (made string) {
	now := s.options.Clock().UnixMilli()
	a.Name, a.Expression, a.Once, a.Cooldown = q.Name, q.Expression, q.Trigger == "once", q.Cooldown
	a.ExpiresAt, a.Message, a.UpdatedAt = q.ExpiresAt, q.Message, now
	if a.Name == "" {
		a.Name = "Alert"
	}
	switch {
	case !q.given["webhook"]:
	case q.hook.null:
		a.Webhook = nil
	default:
		former := a.Webhook
		a.Webhook = &server.Webhook{URL: q.hook.url, Secret: q.hook.secret}
		switch {
		case q.hook.given["secret"] && former != nil && former.Secret != q.hook.secret:
			a.Webhook.Former, a.Webhook.FormerUntil = former.Secret, now+overlap.Milliseconds()
		case q.hook.given["secret"]:
		case former != nil:
			a.Webhook.Secret, a.Webhook.Former, a.Webhook.FormerUntil = former.Secret, former.Former, former.FormerUntil
		default:
			made = "whs_" + rand.Text()
			a.Webhook.Secret = made
		}
	}
	return made
}

// series is the watched series a request names.
func (s *Service) series(ctx context.Context, q *request) (server.Series, error) {
	series, err := server.ParseSeries(q.Market + ":" + q.Interval)
	if err != nil {
		return series, err
	}
	watched, err := s.store.Watched(ctx)
	if err != nil {
		return series, away(err)
	}
	for _, one := range watched {
		if one.Series == series {
			return series, nil
		}
	}
	return series, &server.Error{Code: server.CodeNotFound, Detail: series.String() + " is not watched"}
}

func reply(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // what the client does not read is nobody's failure
	return nil
}

// away is a failed call of the store, as the caller may see it.
func away(err error) error {
	if server.CodeOf(err) != server.CodeInternal {
		return err
	}
	return &server.Error{Code: server.CodeUnavailable, Detail: "the store does not answer; try again", Err: err}
}

// readQuery reads a query string into text and whole numbers by name.
func readQuery(r *http.Request, into map[string]any) error {
	var issues server.Issues
	query := r.URL.Query()
	for name, values := range query {
		last := values[len(values)-1]
		switch to := into[name].(type) {
		case *string:
			*to = last
		case *int64:
			n, err := strconv.ParseInt(last, 10, 64)
			if err != nil || n < 0 {
				issues.Add(server.CodeInvalid, server.Field{Pointer: name, Value: last, Rule: "type", Bound: "a whole number from 0 on"})
			}
			*to = n
		default:
			issues.Unknown(name, name, "a parameter of this request")
		}
	}
	return issues.Err()
}
