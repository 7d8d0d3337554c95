package alert

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// errAddress is the failure of a webhook whose address is not of the open
// Internet. It is met before a packet is sent.
var errAddress = errors.New("the address is not allowed")

// closed are the ranges a webhook may not be in, beside those netip knows by
// itself: what is special about each stands beside it.
var closed = prefixes(
	"0.0.0.0/8",       // this network
	"100.64.0.0/10",   // shared by carriers' customers
	"192.0.0.0/24",    // protocols
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relays
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"240.0.0.0/4",     // reserved, and broadcast
	"::/96",           // IPv4 in IPv6, compatible
	"::ffff:0:0:0/96", // IPv4 in IPv6, translated
	"64:ff9b::/96",    // NAT64
	"64:ff9b:1::/48",  // NAT64, local
	"100::/64",        // discarded
	"2001::/23",       // protocols, Teredo
	"2001:db8::/32",   // documentation
	"2002::/16",       // 6to4
	"3fff::/20",       // documentation
	"5f00::/16",       // segment routing
	"fec0::/10",       // sites, of old
)

func prefixes(list ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(list))
	for i, one := range list {
		all[i] = netip.MustParsePrefix(one)
	}
	return all
}

// checkAddress refuses an address that is not of the open Internet, unless it is
// in a range that is allowed.
func checkAddress(ip netip.Addr, allowed []netip.Prefix) error {
	ip = ip.Unmap().WithZone("")
	for _, p := range allowed {
		if p.Contains(ip) {
			return nil
		}
	}
	refused := !ip.IsGlobalUnicast() || ip.IsPrivate() // the first has loopback, link-local, multicast and unspecified
	for _, p := range closed {
		refused = refused || p.Contains(ip)
	}
	if refused {
		return fmt.Errorf("%w: %s", errAddress, ip)
	}
	return nil
}

// newClient makes the client of webhooks. The address is checked where it is
// connected to, so that no name and no redirect leads elsewhere; and there are no
// redirects, no proxy and no cookies.
func newClient(allowed []netip.Prefix, timeout time.Duration) *http.Client {
	dialer := net.Dialer{Timeout: timeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s", errAddress, address)
		}
		return checkAddress(at.Addr(), allowed)
	}}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
			TLSHandshakeTimeout: timeout, MaxResponseHeaderBytes: 16 << 10,
			MaxIdleConns: 100, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
