package config

import (
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/server"
)

// check holds every group to its tags. What a secret held is not told.
func check(c Config, variables map[string]variable, issues *server.Issues) {
	v := newValidator()
	groups := reflect.ValueOf(c)
	for i := range groups.NumField() {
		broken := &server.Issues{}
		v.Check(groups.Field(i).Interface(), "/", broken)
		err := broken.Err()
		if err == nil {
			continue
		}
		refusal := err.(*server.Error) //nolint:errorlint // it is what Issues gives
		for _, f := range refusal.Fields {
			name, _, _ := strings.Cut(strings.TrimPrefix(f.Pointer, "/"), "/")
			if text, ok := f.Value.(string); ok {
				f.Value = mask(variables[name].secret, text)
			}
			issues.Add(server.CodeInvalid, f)
		}
	}
}

// newValidator knows the tags of Config.
func newValidator() *server.Validator {
	v := server.NewValidator()
	v.Tag("series", "source:SYMBOL:interval, as in sim:SIMUSDT:1m", func(s string) bool {
		_, err := server.ParseSeries(s)
		return err == nil
	})
	v.Tag("markets", "source:SYMBOL, as in binance:BTCUSDT, or source:* for all of a source", func(s string) bool {
		source, all := strings.CutSuffix(s, ":*")
		if all {
			s = source + ":X"
		}
		_, err := server.ParseMarket(s)
		return err == nil
	})
	v.Tag("host", "an address or a host name", func(s string) bool {
		_, err := netip.ParseAddr(s)
		return err == nil || s != "" && !strings.ContainsAny(s, ":/@ ")
	})
	v.Tag("redis", "redis:// or unix:// and an address, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or redis+cluster://HOST:PORT,HOST:PORT; rediss for TLS", func(s string) bool {
		u, err := parseRedis(s)
		if err != nil {
			return false
		}
		switch strings.Replace(u.Scheme, "rediss", "redis", 1) {
		case "redis":
			return u.Host != ""
		case "redis+cluster":
			return u.Host != "" && strings.Trim(u.Path, "/") == ""
		case "redis+sentinel":
			return u.Host != "" && strings.Trim(u.Path, "/") != ""
		}
		return u.Scheme == "unix" && u.Path != ""
	})
	v.Tag("origin", "scheme://host, as in https://example.com, or *", func(s string) bool {
		u, err := url.Parse(s)
		return s == "*" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Path == "" && u.RawQuery == ""
	})
	v.Tag("cidr", "an address or a network, as in 10.0.0.0/8", func(s string) bool {
		_, err := Network(s)
		return err == nil
	})
	v.Tag("web", "http:// or https://, a host and perhaps a path", base("http", "https"))
	v.Tag("socket", "ws:// or wss://, a host and perhaps a path", base("ws", "wss"))
	return v
}

// Network reads a network, or an address as the network of it alone.
func Network(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// base accepts a URL of one of the schemes that paths can be put behind.
func base(schemes ...string) func(string) bool {
	return func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && slices.Contains(schemes, u.Scheme) && u.Hostname() != "" && u.User == nil && !strings.ContainsAny(s, "?#")
	}
}

// mask hides what a secret value must not show.
func mask(secret, value string) string {
	if secret == "" || value == "" {
		return value
	}
	if u, err := parseRedis(value); secret == "url" && err == nil && u.Host != "" {
		query := u.Query()
		for name := range query {
			if strings.Contains(name, "password") {
				query.Set(name, "xxxxx")
			}
		}
		u.RawQuery = query.Encode()
		return strings.Replace(u.Redacted(), u.Host, hosts(value), 1)
	}
	return "xxxxx"
}

// parseRedis reads the URL of a Redis as if it had only the first of its hosts,
// which have commas between.
func parseRedis(s string) (*url.URL, error) {
	list := hosts(s)
	first, _, _ := strings.Cut(list, ",")
	return url.Parse(strings.Replace(s, list, first, 1))
}

// hosts is the part of a URL that names them.
func hosts(s string) string {
	_, rest, _ := strings.Cut(s, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[strings.LastIndex(rest, "@")+1:]
}
