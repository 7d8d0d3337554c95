package store

import (
	"slices"
	"strings"
	"testing"
)

func TestAddressesOfEveryForm(t *testing.T) {
	for _, tt := range []struct {
		url      string
		kind     Kind
		name     string // as it is told, without passwords
		user, pw string
		tls      bool
	}{
		{"redis://u:s3cret@h:7000/2", Server, "h:7000", "u", "s3cret", false},
		{"rediss://h", Server, "h:6379", "", "", true},
		{"unix:///run/redis.sock", Server, "/run/redis.sock", "", "", false},
		{"redis+cluster://h:1", Cluster, "cluster of h:1", "", "", false},
		{"rediss+cluster://u:s3%40cret@h:1,[::1]:2,10.0.0.1:3/", Cluster, "cluster of h:1, [::1]:2, 10.0.0.1:3", "u", "s3@cret", true},
		{"redis+sentinel://:s3cret@h:1,i:2/mine?db=3&sentinel_password=other", Sentinel, "mine of sentinels h:1, i:2", "", "s3cret", false},
	} {
		a, err := parseAddress(tt.url)
		if err != nil || a.kind() != tt.kind || a.String() != tt.name {
			t.Errorf("parseAddress(%s) = %s %q, %v; want %s %q", tt.url, a.kind(), a, err, tt.kind, tt.name)
			continue
		}
		var user, pw string
		var secure bool
		switch {
		case a.cluster != nil:
			user, pw, secure = a.cluster.Username, a.cluster.Password, a.cluster.TLSConfig != nil
		case a.sentinel != nil:
			user, pw, secure = a.sentinel.Username, a.sentinel.Password, a.sentinel.TLSConfig != nil
			if a.sentinel.DB != 3 || a.sentinel.SentinelPassword != "other" {
				t.Errorf("parseAddress(%s) has db %d and %q for the sentinels", tt.url, a.sentinel.DB, a.sentinel.SentinelPassword)
			}
		default:
			user, pw, secure = a.single.Username, a.single.Password, a.single.TLSConfig != nil
		}
		if user != tt.user || pw != tt.pw || secure != tt.tls {
			t.Errorf("parseAddress(%s) has user %q, password %q, TLS %v", tt.url, user, pw, secure)
		}
	}
	for _, url := range []string{
		"", "http://h:1", "redis+cluster://", "redis+cluster://h", "redis+cluster://s3cret@h:1,", "redis+cluster://h:1/2",
		"redis+sentinel://h:1", "redis+sentinel://h:1/a/b", "unix+cluster://h:1", "redis+ring://h:1", "redis+cluster://h:1:s3cret",
	} {
		if a, err := parseAddress(url); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("parseAddress(%q) = %v, %v; want it refused, without its password", url, a, err)
		}
	}
}

// TestAStreamIsReadWithThoseOfItsSlot: a cluster refuses more in one command.
func TestAStreamIsReadWithThoseOfItsSlot(t *testing.T) {
	t3 := makeTags(3)
	keys := []string{t3.outboxKey(0), t3.liveKey(0), t3.outboxKey(2), t3.liveKey(2)}
	for kind, want := range map[Kind][]string{Server: {""}, Sentinel: {""}, Cluster: {t3[0], t3[2]}} {
		f := newFollower(&Store{kind: kind}, 1, nil)
		for _, key := range keys {
			f.follow(key, "5-0")
		}
		groups := f.idle()
		slices.Sort(groups)
		if !slices.Equal(groups, want) {
			t.Errorf("on a %s the groups are %q, want %q", kind, groups, want)
		}
		if again := f.idle(); len(again) != 0 {
			t.Errorf("on a %s the groups %q get a second reader", kind, again)
		}
		for _, key := range keys {
			if got := f.position(key); got != "5-0" {
				t.Errorf("position of %s is %q, want 5-0", key, got)
			}
		}
	}
}
