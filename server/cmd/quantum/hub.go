package main

import (
	"context"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/config"
	"github.com/quantum-signals/quantum/server/hub"
	"github.com/quantum-signals/quantum/server/store"
)

// hubOptions are the bounds of the configuration.
func hubOptions(c config.Config) hub.Options {
	h := c.Hub
	return hub.Options{
		Origins: c.HTTP.Origins, Engine: core.EngineVersion,
		Connections: h.Connections, PerKey: h.PerKey, Channels: h.Channels, Frame: h.Frame, OpsRate: h.OpsRate, OpsBurst: h.OpsBurst,
		Queue: h.Queue, Ring: h.Ring, Page: h.Page, Readers: h.Readers, Waiting: h.Waiting, History: h.History,
		Behind: h.Behind, SlowAfter: h.SlowAfter, WriteWait: h.WriteWait, HelloWithin: h.HelloWithin,
		Beat: h.Beat, Silence: h.Silence, States: h.States, Recheck: h.Recheck, Drain: h.Drain, DrainJitter: h.DrainJitter,
		Compression: h.Compression,
	}
}

// startHub follows the outbox of every partition.
func (o *running) startHub(ctx context.Context) error {
	options := hubOptions(o.config)
	options.Log, options.Authorize = o.log, o.guard.Authorize
	options.Alerts = store.AlertLog{Store: o.store}
	o.hub = hub.New(o.store, options)
	tail := o.store.Tail(o.hub.Publish)
	o.tail = tail
	partitions := make([]int, o.store.Partitions())
	for i := range partitions {
		partitions[i] = i
	}
	if err := tail.Follow(ctx, partitions...); err != nil {
		return err
	}
	var run context.Context
	run, o.endHub = context.WithCancel(context.WithoutCancel(ctx))
	o.hubs.Go(func() { o.failed <- tail.Run(run) })
	o.hubs.Go(func() { _ = o.hub.Run(run) }) // ends with its context only
	return nil
}
