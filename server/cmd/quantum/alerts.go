package main

import (
	"context"
	"net/netip"

	"github.com/quantum-signals/quantum/server/alert"
	"github.com/quantum-signals/quantum/server/api"
	"github.com/quantum-signals/quantum/server/config"
)

// allowed are the ranges webhooks may be in though not of the open Internet.
func allowed(c config.Alerts) []netip.Prefix {
	var list []netip.Prefix
	for _, text := range c.Allow {
		network, _ := config.Network(text) // checked with the configuration
		list = append(list, network)
	}
	return list
}

// alertRoutes are the alerts of version 1.
func (o *running) alertRoutes() []api.Route {
	var routes []api.Route
	for _, r := range alertService(o.store, o.config).Routes() {
		routes = append(routes, api.Route{Method: r.Method, Path: r.Path, Scope: r.Scope, Handler: r.Handler})
	}
	return routes
}

// startSender sends webhooks beside the other origins, and looks out for late ones.
func (o *running) startSender(ctx context.Context) {
	c := o.config.Alerts
	sender := alert.NewSender(o.store, alert.SenderOptions{Workers: c.Workers, PerHost: c.PerHost, Timeout: c.Timeout, Allow: allowed(c), Log: o.log})
	var run context.Context
	run, o.endSender = context.WithCancel(context.WithoutCancel(ctx))
	o.monitors.Go(func() { o.failed <- sender.Run(run) })
	o.lookout = alert.NewLookout(o.store, alert.LookoutOptions{Late: c.Late, Registry: o.metrics, Log: o.log})
	o.monitors.Go(func() { o.lookout.Run(run) })
}
