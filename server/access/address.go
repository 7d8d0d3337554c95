package access

import (
	"net/http"
	"net/netip"
	"strings"
)

// address is who a request without a key is counted as: the nearest address
// that is no proxy of ours, of IPv6 its network of 64 bits, which one household
// has.
func (g *Guard) address(r *http.Request) string {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "unknown" // as of a unix socket: all share one bucket
	}
	at := port.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.isProxy(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	at = at.WithZone("")
	if at.Is6() {
		if network, err := at.Prefix(64); err == nil {
			return network.String()
		}
	}
	return at.String()
}

func (g *Guard) isProxy(at netip.Addr) bool {
	for _, p := range g.options.Proxies {
		if p.Contains(at) {
			return true
		}
	}
	return false
}
