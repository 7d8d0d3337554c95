package hub

import (
	"context"
	"log/slog"
	"time"
)

// Options are the bounds of a hub; a zero field is its default. Those a client
// can run into are told in welcome.limits.
type Options struct {
	// Origins are the browser origins that may connect besides the page's own
	// host, as in "https://example.com"; "*" lets any.
	Origins []string
	// Engine is the core version told in welcome.
	Engine string
	// Authorize gives the scopes of a token, "" being a client that names none. A
	// *server.Error of a 4xx status refuses it. Nil lets everybody read.
	Authorize func(ctx context.Context, token string) (scopes []string, err error)
	// Alerts keeps the messages of alerts; nil where there are none.
	Alerts Alerts
	// Compression agrees on permessage-deflate with clients that offer it.
	Compression bool
	// Log takes what the hub says of itself; slog.Default() if nil.
	Log *slog.Logger

	Connections int           // at once; 10,000
	PerKey      int           // connections of one token; 1,000
	Channels    int           // a connection; 200
	Frame       int64         // bytes of an inbound frame; 16 KiB
	OpsRate     float64       // operations a second, on average; 20
	OpsBurst    int           // operations at once; 100
	Queue       int           // bytes of an outbound frame, and of answers queued; 64 KiB
	Ring        int           // newest messages of a channel kept in memory; 1024
	Page        int           // messages one read of the store takes; 500
	Readers     int           // clients that read the store at once; 8
	Waiting     int           // those that wait to; 20,000
	History     int           // messages of a history answer; 500
	Behind      int64         // messages a client may be behind; 50,000
	SlowAfter   time.Duration // a client may be behind for; 30 s
	WriteWait   time.Duration // a frame may stay unwritten for; 10 s
	HelloWithin time.Duration // of connecting; 5 s
	Beat        time.Duration // between heartbeats; 5 s
	Silence     time.Duration // a client may be silent for; 15 s
	States      time.Duration // between two looks at the states of markets; 1 s
	Recheck     time.Duration // between two looks at whether tokens still hold; 15 s
	Drain       time.Duration // clients have to leave by themselves when the hub closes; 0 asks them to at once
	DrainJitter time.Duration // over which they are told to spread; half of Drain
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	o.Connections = or(o.Connections, 10_000)
	o.PerKey = or(o.PerKey, 1000)
	o.Channels = or(o.Channels, 200)
	o.Frame = or(o.Frame, 16<<10)
	o.OpsRate = or(o.OpsRate, 20)
	o.OpsBurst = or(o.OpsBurst, 100)
	o.Queue = or(o.Queue, 64<<10)
	o.Ring = or(o.Ring, 1024)
	o.Page = or(o.Page, 500)
	o.Readers = or(o.Readers, 8)
	o.Waiting = or(o.Waiting, 20_000)
	o.History = or(o.History, 500)
	o.Behind = or(o.Behind, 50_000)
	o.SlowAfter = or(o.SlowAfter, 30*time.Second)
	o.WriteWait = or(o.WriteWait, 10*time.Second)
	o.HelloWithin = or(o.HelloWithin, 5*time.Second)
	o.Beat = or(o.Beat, 5*time.Second)
	o.Silence = or(o.Silence, 15*time.Second)
	o.States = or(o.States, time.Second)
	o.Recheck = or(o.Recheck, 15*time.Second)
	o.DrainJitter = min(or(o.DrainJitter, o.Drain/2), o.Drain)
	return o
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
