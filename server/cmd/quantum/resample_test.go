package main

import (
	"testing"

	"github.com/quantum-signals/quantum/server"
	"github.com/quantum-signals/quantum/server/config"
)

func TestMarketsAreResampledAsConfigured(t *testing.T) {
	c, _, err := config.Load(config.Source{Values: map[string]string{"RESAMPLE": "binance:BTCUSDT,sim:*"}})
	if err != nil {
		t.Fatal(err)
	}
	made := madeMarkets(c.Monitor.Made)
	for m, want := range map[server.Market]bool{
		{Source: "binance", Symbol: "BTCUSDT"}: true, {Source: "binance", Symbol: "ETHUSDT"}: false,
		{Source: "sim", Symbol: "X"}: true, {Source: "binancef", Symbol: "BTCUSDT"}: false,
	} {
		if made(m) != want {
			t.Errorf("%s is made: %v, want %v", m, made(m), want)
		}
	}
	for _, bad := range []string{"binance", "*", "binance:*:1m", ":*"} {
		if _, _, err := config.Load(config.Source{Values: map[string]string{"RESAMPLE": bad}}); err == nil {
			t.Errorf("RESAMPLE=%s is taken", bad)
		}
	}
}
