package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Alert is a rule over one series and whom it tells when it holds.
type Alert struct {
	ID         string   `json:"id"`
	Series     Series   `json:"-"`
	Name       string   `json:"name"`
	Expression string   `json:"expression"`
	Once       bool     `json:"once"`       // only the first time; else at each bar
	Cooldown   int64    `json:"cooldown"`   // ms of silence after it fired, in the bars' time
	ExpiresAt  int64    `json:"expires_at"` // no bar that closes then or later counts; 0 is never
	Message    string   `json:"message"`    // a template
	Webhook    *Webhook `json:"webhook"`    // nil for none
	CreatedAt  int64    `json:"created_at"`
	UpdatedAt  int64    `json:"updated_at"`

	State AlertState `json:"-"` // as the store has it
}

// Webhook is where an alert is sent to. While secrets rotate, both sign.
type Webhook struct {
	URL         string `json:"url"`
	Secret      string `json:"secret"`
	Former      string `json:"former"`       // empty for none
	FormerUntil int64  `json:"former_until"` // when it signs no more
}

// AlertState is what became of an alert so far.
type AlertState struct {
	Fired int64  // how often; also the seq of its newest message
	Last  int64  // close of the bar at which it fired last, 0 for none
	Done  bool   // it was to fire once, and has
	Off   string // why nothing is sent any more; empty while it is
	Turn  int64  // seq of the message on its way to the webhook, 0 for none
}

// AlertsChannel is the channel of an alert's messages.
func AlertsChannel(id string) string { return "alerts:" + id }

// Firing is an alert whose rule holds at a bar. Whether it fires is decided
// where its state is, together with the bar's commit.
type Firing struct {
	Alert    string // id
	Once     bool
	Cooldown int64 // ms
	KnownAt  int64 // close of the bar
	ID       string
	Body     json.RawMessage
	Sends    bool // it has a webhook
}

// Alerting is what the rules of a series make of a bar, by the rules of one
// revision.
type Alerting struct {
	Revision int64 // of the partition's rules
	Firings  []Firing
}

// ErrRules is the answer to a commit that was made by other rules than those now
// in force. The rules are read and the bar judged again.
var ErrRules = errors.New("the alert rules have changed")

// Fired is one message of an alert, as it is kept.
type Fired struct {
	Seq  int64
	ID   string // idempotency key: the same for every attempt
	At   int64  // when it was stored
	Body json.RawMessage
}

// Delivery is one message due at a webhook, in the hands of one sender.
type Delivery struct {
	Partition int
	Entry     string // what settles it
	Alert     string
	Seq       int64
	Attempts  int   // made before
	Since     int64 // of a replay, when it was asked for; else 0
}

// Attempt is a line of the ledger.
type Attempt struct {
	ID      string // of the message
	Seq     int64
	Attempt int   // 1, 2, 3 …
	At      int64 // when it began
	Took    int64 // ms
	Status  int   // 0 where no answer came
	Error   string
	Outcome string // delivered, retry, dead, off
	Next    int64  // when it is tried again, 0 for never
}

// Settlement is what becomes of a delivery.
type Settlement struct {
	Attempt *Attempt // for the ledger; nil where none was made
	Next    int64    // when it is due again, 0 where it is settled
	Spent   bool     // the attempt counts
	Dead    string   // why it is a dead letter; empty where it is not
	Off     string   // why the webhook is switched off; empty where it is not
}

// DeadLetter is a message that was given up.
type DeadLetter struct {
	Cursor string
	Alert  string
	Seq    int64
	ID     string
	At     int64
	Why    string
}

// Backlog is how many deliveries are not settled.
type Backlog struct {
	Waiting  int64         // due, and in nobody's hands
	Pending  int64         // in a sender's hands
	Retrying int64         // failed, or asked for again, and due later
	Dead     int64         // dead letters kept
	Oldest   time.Duration // since the oldest that is due was; 0 for none
}

// Plus is both.
func (b Backlog) Plus(more Backlog) Backlog {
	return Backlog{b.Waiting + more.Waiting, b.Pending + more.Pending, b.Retrying + more.Retrying, b.Dead + more.Dead, max(b.Oldest, more.Oldest)}
}

// Late says what is wrong where the oldest has been due for longer than bound.
func (b Backlog) Late(bound time.Duration) error {
	if b.Oldest <= bound {
		return nil
	}
	return fmt.Errorf("the oldest delivery has been due for %s, at most %s is allowed; %d in senders' hands, %d in nobody's",
		b.Oldest.Round(time.Second), bound, b.Pending, b.Waiting)
}
