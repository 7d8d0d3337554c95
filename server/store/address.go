package store

import (
	"crypto/tls"
	"net/url"
	"strings"

	"github.com/quantum-signals/quantum/server"
	"github.com/redis/go-redis/v9"
)

// address is where a Redis is and how it is spoken to: one of the three forms.
type address struct {
	single   *redis.Options
	sentinel *redis.FailoverOptions
	cluster  *redis.ClusterOptions
}

// forms lists the addresses a store takes.
const forms = "redis:// or unix:// and an address, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or redis+cluster://HOST:PORT,HOST:PORT; rediss for TLS"

// parseAddress reads the URL of a Redis:
//
//	redis://USER:PASSWORD@HOST:PORT/DB, unix:///PATH
//	redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/MASTER?db=0&sentinel_username=U&sentinel_password=P
//	redis+cluster://USER:PASSWORD@HOST:PORT,HOST:PORT
//
// rediss in place of redis speaks TLS. What it refuses it does not repeat: it may
// hold a password.
func parseAddress(text string) (a address, err error) {
	scheme, rest, _ := strings.Cut(text, "://")
	bad := server.Invalid("REDIS_URL", scheme+"://…", "url", forms)
	transport, form, _ := strings.Cut(scheme, "+")
	if form == "" {
		if a.single, err = redis.ParseURL(text); err != nil {
			return a, bad
		}
		return a, nil
	}
	u, hosts := parseHosts(rest)
	if u == nil || len(hosts) == 0 || transport != "redis" && transport != "rediss" {
		return a, bad
	}
	var secure *tls.Config
	if transport == "rediss" {
		secure = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	password, _ := u.User.Password()
	path, query := strings.Trim(u.Path, "/"), u.Query()
	switch {
	case form == "cluster" && path == "" && len(query) == 0:
		a.cluster = &redis.ClusterOptions{Addrs: hosts, Username: u.User.Username(), Password: password, TLSConfig: secure}
	case form == "sentinel" && path != "" && !strings.Contains(path, "/"):
		a.sentinel = &redis.FailoverOptions{
			MasterName: path, SentinelAddrs: hosts, Username: u.User.Username(), Password: password, TLSConfig: secure,
			SentinelUsername: query.Get("sentinel_username"), SentinelPassword: query.Get("sentinel_password"),
			DB: int(integer(query.Get("db"))),
		}
	default:
		return a, bad
	}
	return a, nil
}

// parseHosts reads what stands behind the scheme where several hosts do: they
// have commas between, which a URL has not. It gives no URL where there is none.
func parseHosts(rest string) (u *url.URL, hosts []string) {
	authority, path, _ := strings.Cut(rest, "/")
	if from := strings.IndexAny(authority, "?#"); from >= 0 { // a path may be left out
		authority, path = authority[:from], authority[from:]
	}
	at := strings.LastIndex(authority, "@") + 1
	for host := range strings.SplitSeq(authority[at:], ",") {
		one, err := url.Parse("redis://" + host)
		if err != nil || one.Hostname() == "" || one.Port() == "" {
			return nil, nil
		}
		hosts = append(hosts, one.Host)
	}
	u, err := url.Parse("redis://" + authority[:at] + hosts[0] + "/" + path)
	if err != nil {
		return nil, nil
	}
	return u, hosts
}

// String names the servers, and no password.
func (a address) String() string {
	switch {
	case a.cluster != nil:
		return "cluster of " + strings.Join(a.cluster.Addrs, ", ")
	case a.sentinel != nil:
		return a.sentinel.MasterName + " of sentinels " + strings.Join(a.sentinel.SentinelAddrs, ", ")
	}
	return a.single.Addr
}

func (a address) kind() Kind {
	switch {
	case a.cluster != nil:
		return Cluster
	case a.sentinel != nil:
		return Sentinel
	}
	return Server
}
