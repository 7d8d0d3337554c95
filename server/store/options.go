package store

import (
	"log/slog"
	"time"
)

// Options say where the store is and what it keeps. The zero value is an
// embedded store in ./data with the defaults of each field.
type Options struct {
	// URL of a Redis 6.2 or later, redis://, rediss:// or unix://. Empty runs an
	// embedded one.
	URL string
	// Dir is the data directory of the embedded server; "data" if empty.
	Dir string
	// Memory keeps everything in this process, even where a server could run.
	Memory bool
	// Partitions is fixed at the first start of a store; 64 if zero.
	Partitions int
	// Replicas that must have confirmed a bar before it counts as committed, before
	// a tail delivers it, and before Ingest has taken it; none if zero.
	Replicas int
	// Fsync is when the embedded server brings what it wrote to disk: "everysec",
	// as if empty, or "always", before anybody hears of it.
	Fsync string
	// Retention bounds every stream.
	Retention Retention
	// Timeout of one round trip; 2 s if zero.
	Timeout time.Duration
	// Late is how long a delivery may be due before Examine finds it; 1 min if zero.
	Late time.Duration
	// Log takes what the store says of itself; slog.Default() if nil.
	Log *slog.Logger
}

// Retention is what a store keeps, for each series unless said otherwise.
type Retention struct {
	Candles     int           // closed bars; 100 000 if zero
	Events      int           // 10 000 if zero
	Checkpoints int           // snapshots, one each 256 bars; 400 if zero
	Volumes     int           // of those, the newest that hold Quantum Volume too; 16 if zero
	Inbox       int           // pushed bars not yet committed; more are refused; 100 000 if zero
	Forming     int           // entries of a partition's live stream; 300 if zero
	Outbox      time.Duration // of a partition's outbox; 15 min if zero. Resuming reads candles and events, not this
}

func (o Options) withDefaults() Options {
	o.Dir = or(o.Dir, "data")
	o.Partitions = or(o.Partitions, 64)
	o.Timeout = or(o.Timeout, 2*time.Second)
	o.Late = or(o.Late, time.Minute)
	o.Fsync = or(o.Fsync, "everysec")
	o.Log = or(o.Log, slog.Default())
	r := &o.Retention
	r.Candles = or(r.Candles, 100_000)
	r.Events = or(r.Events, 10_000)
	r.Checkpoints = or(r.Checkpoints, 400)
	r.Volumes = or(r.Volumes, 16)
	r.Inbox = or(r.Inbox, 100_000)
	r.Forming = or(r.Forming, 300)
	r.Outbox = or(r.Outbox, 15*time.Minute)
	return o
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
