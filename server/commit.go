package server

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/quantum-signals/quantum/core"
)

// Lease is the right to write a partition: Owner holds it, and Fence grows by
// one whenever it is taken. Every writing script compares both.
type Lease struct {
	Partition int
	Owner     string
	Fence     int64
}

// ErrFenced is the answer to a write under a lease that has run out or was
// taken by another. Whoever gets it stops writing the partition.
var ErrFenced = errors.New("the lease of the partition is not held")

// Commit is one closed bar with all that follows from it, stored whole or not
// at all.
type Commit struct {
	Lease    Lease
	Series   Series
	After    int64 // open time of the bar it follows, 0 where it is the first
	Candle   core.Candle
	Events   []Event   // in order; their place is their ordinal in the bar
	Snapshot *Snapshot // the engines after this bar; nil leaves the stored one
	Alerting *Alerting // nil where no rules are judged
}

const (
	// SnapshotEvery is the number of bars from one snapshot of a series' engines to
	// the next: bar 32, 64 … of its bars channel carries one. A restart replays the
	// stored bars since, which costs less than a snapshot with every bar.
	SnapshotEvery = 32

	// CheckpointEvery is the number of bars from one checkpoint to the next: the
	// snapshot of bar 256, 512 … is kept, so that clients can recompute from there: the
	// cipher's of many, the volume's, which is larger, of the newest.
	CheckpointEvery = 8 * SnapshotEvery
)

// Committed is the answer to a Commit.
type Committed struct {
	Bar     int64 // seq of the bar in its bars channel
	Signal  int64 // seq of the series' latest event up to this bar
	Already bool  // the same bar was stored before and nothing changed
	Err     error // ErrFenced, ErrRules, a *Error with a *Conflict, or an outage: then it may be repeated
}

// Snapshot is the state of a series' engines after one bar.
type Snapshot struct {
	Cipher, Volume []byte // as their AppendBinary gives it; of old checkpoints the volume is not kept
	OpenTime       int64  // of the last bar inside
	Bars, Signals  int64  // seq of that bar and of the latest event up to it
}

// Heads is where a series stands.
type Heads struct {
	OpenTime      int64 // of the last committed bar, 0 before the first
	Bars, Signals int64 // seq of the newest message of either channel, 0 before the first
}

// Forming is the forming bar of a series as its channel carries it. Body is a
// JSON object of the bar's fields and its peeked readings.
type Forming struct {
	Lease    Lease
	Series   Series
	OpenTime int64
	Body     json.RawMessage
}

// Conflict says where a series stands when a bar does not fit behind it.
type Conflict struct {
	Series   Series
	OpenTime int64 // of the bar that was refused
	After    int64 // the bar it named as its predecessor
	Last     int64 // the last bar stored, 0 for none
	Differs  bool  // a bar of this open time is stored, with other values
}

func (c *Conflict) Error() string {
	if c.Differs {
		return fmt.Sprintf("open_time %d of %s is stored with other values; the last bar is %d", c.OpenTime, c.Series, c.Last)
	}
	return fmt.Sprintf("open_time %d of %s follows %d, but the last bar is %d", c.OpenTime, c.Series, c.After, c.Last)
}

// Refusal is the conflict as the caller of the API sees it.
func (c *Conflict) Refusal() *Error {
	return &Error{
		Code: CodeConflict, Detail: c.Error(), Err: c,
		Fields: []Field{{Pointer: "/open_time", Value: c.OpenTime, Rule: "follows", Bound: fmt.Sprintf("the bar after %d", c.Last)}},
	}
}
