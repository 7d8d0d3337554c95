package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/server"
)

func TestTheExampleHoldsEveryVariableWithItsDefault(t *testing.T) {
	example, err := File("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range variables(reflect.TypeFor[Config]()) {
		text, ok := example.Values[name]
		if want := v.field.Tag.Get("envDefault"); !ok || text != want {
			t.Errorf(".env.example says %s=%q, want %q", name, text, want)
		}
	}
	fromExample, _, err := Load(example)
	if err != nil {
		t.Fatal(err)
	}
	bare, _, err := Load()
	if err != nil || !reflect.DeepEqual(bare, fromExample) {
		t.Errorf("the defaults are %+v, %v; the example gives %+v", bare, err, fromExample)
	}
}

func TestLaterSourcesStandOverEarlierOnes(t *testing.T) {
	c, settings, err := Load(
		Source{Name: ".env", Values: map[string]string{"PORT": "1000", "LEASE": "9s", "ORIGINS": "https://a.example,http://b.example:3000"}, Closed: true},
		Environment([]string{"PORT=2000", "HOME=/x", "SILENCE="}),
		Source{Name: "flag", Values: map[string]string{"BIND": "0.0.0.0"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Port != 2000 || c.HTTP.Bind != "0.0.0.0" || c.Monitor.Lease != 9*time.Second || c.Monitor.Silence != 15*time.Second || len(c.HTTP.Origins) != 2 {
		t.Errorf("Load = %+v", c)
	}
	for _, want := range []Setting{{"BIND", "0.0.0.0", "flag"}, {"PORT", "2000", "environment"}, {"LEASE", "9s", ".env"}, {"SILENCE", "15s", "default"}, {"ORIGINS", "https://a.example,http://b.example:3000", ".env"}} {
		if !slices.Contains(settings, want) {
			t.Errorf("settings lack %+v", want)
		}
	}
}

func TestEveryRefusedVariableIsNamed(t *testing.T) {
	for _, tt := range []struct {
		given map[string]string
		want  []string // sentences, in any order
	}{
		{map[string]string{"PORT": "70000", "LEASE": "1ms"}, []string{"PORT is 70000, must be at most 65535", "LEASE is 1ms, must be at least 300ms"}},
		{map[string]string{"PORT": "x", "LEASE": "5"}, []string{`PORT is "x", must be a whole number`, `LEASE is "5", must be a duration, as in 250ms, 15s or 2m`}},
		{map[string]string{"MONITOR": "maybe", "PLAY_RATE": "fast"}, []string{`MONITOR is "maybe", must be true or false`, `PLAY_RATE is "fast", must be a number`}},
		{map[string]string{"WATCH": "sim:A:1m,sim:A"}, []string{`WATCH 1 is "sim:A", must be source:SYMBOL:interval, as in sim:SIMUSDT:1m`}},
		{map[string]string{"REDIS_URL": "http://me:hidden@h"}, []string{`REDIS_URL is "http://me:xxxxx@h", must be redis:// or unix:// and an address, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or redis+cluster://HOST:PORT,HOST:PORT; rediss for TLS`}},
		{map[string]string{"REDIS_URL": "redis+sentinel://me:hidden@h:1,i:2?sentinel_password=hidden"}, []string{`REDIS_URL is "redis+sentinel://me:xxxxx@h:1,i:2?sentinel_password=xxxxx", must be redis:// or unix:// and an address, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or redis+cluster://HOST:PORT,HOST:PORT; rediss for TLS`}},
		{map[string]string{"ORIGINS": "example.com", "LOG_LEVEL": "loud"}, []string{`ORIGINS 0 is "example.com", must be scheme://host, as in https://example.com, or *`, `LOG_LEVEL is "loud", must be one of debug, info, warn, error`}},
		{map[string]string{"BINANCE_URL": "wss://api.binance.com", "BINANCEF_WS": "wss://fstream.binance.com/stream?streams="}, []string{`BINANCE_URL is "wss://api.binance.com", must be http:// or https://, a host and perhaps a path`, `BINANCEF_WS is "wss://fstream.binance.com/stream?streams=", must be ws:// or wss://, a host and perhaps a path`}},
		{map[string]string{"BINANCE_WS": "wss://:9443", "BINANCEF_URL": "https://me:hidden@host"}, []string{`BINANCE_WS is "wss://:9443", must be ws:// or wss://, a host and perhaps a path`, `BINANCEF_URL is "https://me:hidden@host", must be http:// or https://, a host and perhaps a path`}},
		{map[string]string{"PROT": "1"}, []string{`PROT is not a variable of .env.example`}},
	} {
		_, _, err := Load(Source{Values: tt.given, Closed: true})
		var refusal *server.Error
		if !errors.As(err, &refusal) || len(refusal.Fields) != len(tt.want) {
			t.Errorf("Load(%v) = %v, want %q", tt.given, err, tt.want)
			continue
		}
		for _, f := range refusal.Fields {
			if !slices.Contains(tt.want, f.String()) {
				t.Errorf("Load(%v): %s; want %q", tt.given, f, tt.want)
			}
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	c, settings, err := Load(Source{Values: map[string]string{"REDIS_URL": "redis://me:hidden@h:6379/1"}})
	if err != nil || c.Store.RedisURL != "redis://me:hidden@h:6379/1" {
		t.Fatalf("REDIS_URL is %q, %v", c.Store.RedisURL, err)
	}
	for _, s := range settings {
		if strings.Contains(s.Value, "hidden") {
			t.Errorf("%s shows %q", s.Name, s.Value)
		}
	}
}

func TestFileReadsWhatPeopleWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(path, []byte("# a comment\n\nPORT = 81 \r\nexport BIND=\"::1\"\nDEMO_NOTE='a=b'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := File(path)
	if want := map[string]string{"PORT": "81", "BIND": "::1", "DEMO_NOTE": "a=b"}; err != nil || !reflect.DeepEqual(got.Values, want) {
		t.Errorf("File = %v, %v; want %v", got.Values, err, want)
	}
	if err := os.WriteFile(path, []byte("PORT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := File(path); err == nil || !strings.HasSuffix(err.Error(), `line 1 is "PORT", must be NAME=value`) {
		t.Errorf("a line without a value: %v", err)
	}
	if none, err := File(filepath.Join(t.TempDir(), "none")); err != nil || len(none.Values) != 0 {
		t.Errorf("a file that is not there: %v, %v", none, err)
	}
}
