package alert

import (
	"context"
	"time"

	"github.com/quantum-signals/quantum/server"
)

// handle makes one attempt at a delivery and settles it. What it cannot settle
// stays in its hands until another takes it over: it is then sent once more.
func (s *Sender) handle(ctx context.Context, d server.Delivery) {
	end, ok := s.attempt(ctx, d)
	if !ok {
		return
	}
	for until := time.Now().Add(s.idle()); ; sleep(ctx, s.options.Look) {
		if _, err := s.store.Settle(ctx, d, end, s.options.Clock()); !s.failed(ctx, "a delivery is not settled", err) || time.Now().After(until) {
			return
		}
	}
}

// attempt makes an attempt and says what becomes of the delivery; false where the
// store did not tell enough.
func (s *Sender) attempt(ctx context.Context, d server.Delivery) (server.Settlement, bool) {
	alert, err := s.store.Alert(ctx, d.Alert)
	if server.CodeOf(err) == server.CodeNotFound && err != nil {
		return server.Settlement{}, true // deleted meanwhile
	}
	if s.failed(ctx, "an alert is not read", err) {
		return server.Settlement{}, false
	}
	switch {
	case alert.Webhook == nil:
		return server.Settlement{}, true // removed meanwhile
	case alert.State.Off != "" && d.Since == 0:
		return server.Settlement{Dead: "the webhook is off: " + alert.State.Off}, true
	}
	messages, err := s.store.Fired(ctx, d.Alert, d.Seq, 1)
	if s.failed(ctx, "a message is not read", err) {
		return server.Settlement{}, false
	}
	if len(messages) == 0 || messages[0].Seq != d.Seq {
		return server.Settlement{Dead: "the message is not kept any more"}, true
	}
	return s.send(ctx, d, alert, &messages[0]), true
}

// send posts a message, where its host takes it.
func (s *Sender) send(ctx context.Context, d server.Delivery, alert *server.Alert, f *server.Fired) server.Settlement {
	since := time.UnixMilli(max(f.At, d.Since))
	name, began := host(alert.Webhook.URL), s.options.Clock()
	if later, ok := s.hosts.enter(name, began); !ok {
		if !began.Before(since.Add(horizon)) {
			return server.Settlement{Dead: "the host has not answered for 24 h"}
		}
		return server.Settlement{Next: later.UnixMilli()}
	}
	clock := time.Now()
	a := s.post(ctx, alert.Webhook, alert.ID, f, d.Attempts+1)
	took := time.Since(clock)
	now := s.options.Clock()
	s.hosts.leave(name, now, a.outcome != again)

	line := &server.Attempt{
		ID: f.ID, Seq: f.Seq, Attempt: d.Attempts + 1, At: began.UnixMilli(), Took: took.Milliseconds(), Status: a.status, Error: a.text(), Outcome: a.outcome,
	}
	end := server.Settlement{Attempt: line, Spent: true}
	switch a.outcome {
	case again:
		at, more := next(d.Attempts+1, since, now, a.after, s.options.Jitter())
		if !more {
			line.Outcome, end.Dead = dead, "given up after 24 h: "+a.text()
			break
		}
		line.Next, end.Next = at.UnixMilli(), at.UnixMilli()
	case dead:
		end.Dead = a.text()
	case off:
		end.Off, end.Dead = "the endpoint answered 410, gone", a.text()
	}
	return end
}
