package alert

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server"
)

// RuleStore is where a book reads rules.
type RuleStore interface {
	Partition(m server.Market) int
	AlertRules(ctx context.Context, partition int) (revision int64, rules []*server.Alert, err error)
}

// Book is the rules of all partitions, compiled, for monitors to judge bars by.
// Safe for concurrent use.
type Book struct {
	store RuleStore
	log   *slog.Logger

	mu     sync.Mutex
	sheets map[int]*sheet // guarded by mu, not what they point to: a sheet never changes
}

// sheet is the rules of a partition at one revision.
type sheet struct {
	revision int64
	rules    map[server.Series][]*armed
	compiled map[string]*Rule // by expression
}

// armed is an alert ready to judge.
type armed struct {
	alert   *server.Alert
	rule    *Rule
	message *Template
}

// NewBook returns a book that has read nothing yet.
func NewBook(store RuleStore, log *slog.Logger) *Book {
	return &Book{store: store, log: log, sheets: map[int]*sheet{}}
}

func (b *Book) sheet(partition int) *sheet {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sheets[partition]
}

// Read reads the rules of a partition.
func (b *Book) Read(ctx context.Context, partition int) error {
	revision, alerts, err := b.store.AlertRules(ctx, partition)
	if err != nil {
		return err
	}
	former := b.sheet(partition)
	s := &sheet{revision, map[server.Series][]*armed{}, map[string]*Rule{}}
	for _, a := range alerts {
		one, err := s.arm(a, former)
		if err != nil { // stored by another version
			b.log.Error("an alert cannot be judged", "alert", a.ID, "err", err)
			continue
		}
		s.rules[a.Series] = append(s.rules[a.Series], one)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.sheets[partition]; now == nil || now.revision != revision {
		b.sheets[partition] = s
	}
	return nil
}

// arm compiles an alert, unless the former sheet has the same.
func (s *sheet) arm(a *server.Alert, former *sheet) (*armed, error) {
	rule := s.compiled[a.Expression]
	if rule == nil && former != nil {
		rule = former.compiled[a.Expression]
	}
	if rule == nil {
		var err error
		if rule, err = Compile(a.Expression); err != nil {
			return nil, err
		}
	}
	s.compiled[a.Expression] = rule
	message, err := ParseTemplate(a.Message)
	return &armed{a, rule, message}, err
}

// unread is the revision of rules that were not read yet: the store refuses it.
const unread = -1

// Judge gives what the rules of a series, as last read, make of a bar. Whether an
// alert is spent or still cools is decided with the commit.
func (b *Book) Judge(s server.Series, bar *server.Closed) *server.Alerting {
	sheet := b.sheet(b.store.Partition(s.Market))
	if sheet == nil {
		return &server.Alerting{Revision: unread}
	}
	verdict := &server.Alerting{Revision: sheet.revision}
	for _, one := range sheet.rules[s] {
		if end := one.alert.ExpiresAt; end != 0 && knownAt(s, bar) >= end {
			continue
		}
		holds, err := one.rule.Matches(bar)
		if err != nil {
			b.log.Error("an alert cannot be judged", "alert", one.alert.ID, "err", err)
		}
		if holds {
			verdict.Firings = append(verdict.Firings, one.fire(s, bar))
		}
	}
	return verdict
}

// told is the body of an alert's message.
type told struct {
	ID       string          `json:"id"`
	Alert    string          `json:"alert"`
	Name     string          `json:"name"`
	Market   string          `json:"market"`
	Interval string          `json:"interval"`
	OpenTime int64           `json:"open_time"`
	KnownAt  int64           `json:"known_at"`
	Price    json.RawMessage `json:"price"`
	Events   []string        `json:"events"`
	Message  string          `json:"message"`
}

func (a *armed) fire(s server.Series, bar *server.Closed) server.Firing {
	t := told{
		ID: FiringID(a.alert.ID, s, bar.Candle.OpenTime), Alert: a.alert.ID, Name: a.alert.Name,
		Market: s.Market.String(), Interval: s.Interval.String(), OpenTime: bar.Candle.OpenTime, KnownAt: knownAt(s, bar),
		Price: server.AppendFloat(nil, bar.Candle.Close), Events: append([]string{}, bar.Events...), Message: a.message.Fill(a.alert, bar),
	}
	body, err := json.Marshal(&t)
	if err != nil {
		panic(err) // text and numbers always have JSON
	}
	return server.Firing{
		Alert: a.alert.ID, Once: a.alert.Once, Cooldown: a.alert.Cooldown, KnownAt: t.KnownAt,
		ID: t.ID, Body: body, Sends: a.alert.Webhook != nil,
	}
}

// FiringID is the one id of what an alert says at a bar, whatever computes it:
// the idempotency key of its deliveries.
func FiringID(alert string, s server.Series, openTime int64) string {
	return "f_" + strings.TrimPrefix(server.EventID(core.EngineVersion, 0, s, openTime, "alert:"+alert), "e_")
}
