package alert

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestAddressesOfTheOpenInternetOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true, "172.32.0.1": true, "100.128.0.1": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "fc00::1": false, "fd12::1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false,
		"100.64.0.1": false, "100.127.255.255": false, "224.0.0.1": false, "239.1.1.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::127.0.0.1": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::808:808": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2001::1": false,
		"192.0.2.1": false, "198.18.0.1": false, "198.51.100.1": false, "203.0.113.9": false, "2001:db8::1": false, "192.0.0.1": false,
	} {
		err := checkAddress(netip.MustParseAddr(address), nil)
		if (err == nil) != want || err != nil && !errors.Is(err, errAddress) {
			t.Errorf("%s: %v, want it allowed: %v", address, err, want)
		}
	}
	allowed := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	if err := checkAddress(netip.MustParseAddr("::ffff:10.1.2.3"), allowed); err != nil {
		t.Errorf("an allowed address: %v", err)
	}
	if checkAddress(netip.MustParseAddr("10.2.0.1"), allowed) == nil {
		t.Error("an address beside the allowed ones is allowed")
	}
}

// counted is a listener that counts who connects.
type counted struct {
	net.Listener
	connected chan struct{}
}

func (c counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.connected <- struct{}{}
	}
	return conn, err
}

// target is a server on loopback that counts connections.
func target(t *testing.T, h http.HandlerFunc) (url string, connected chan struct{}) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	connected = make(chan struct{}, 100)
	s.Listener = counted{s.Listener, connected}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, connected
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Do(request)
	if err == nil {
		_ = response.Body.Close()
	}
	return response, err
}

// No packet goes to an address that is refused, be it written out, behind a
// name, or where a redirect leads.
func TestNoPacketGoesToARefusedAddress(t *testing.T) {
	inner, connected := target(t, func(http.ResponseWriter, *http.Request) {})
	port := inner[strings.LastIndexByte(inner, ':'):]
	strict := newClient(nil, 20*time.Second)
	for _, url := range []string{inner, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port, "http://127.1" + port, "http://0.0.0.0" + port, "http://2130706433" + port} {
		if _, err := get(t, strict, url); err == nil {
			t.Errorf("%s was sent to", url)
		}
	}
	if _, err := get(t, strict, "http://localhost"+port); !errors.Is(err, errAddress) {
		t.Errorf("a name that resolves to loopback: %v, want the address refused", err)
	}

	outer, came := target(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner, http.StatusTemporaryRedirect) })
	outerPort := outer[strings.LastIndexByte(outer, ':'):]
	// The redirecting one is allowed under an address of its own.
	host := netip.MustParsePrefix("127.0.0.1/32")
	client := newClient([]netip.Prefix{host}, 20*time.Second)
	response, err := get(t, client, "http://127.0.0.1"+outerPort)
	if err != nil || response.StatusCode != http.StatusTemporaryRedirect {
		t.Fatalf("the redirecting target: %v", err)
	}
	client.CheckRedirect = nil // even if redirects were followed, a refused address is not
	client.Transport = newClient([]netip.Prefix{host}, 20*time.Second).Transport
	moved, _ := target(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2"+port, http.StatusTemporaryRedirect)
	})
	if _, err := get(t, client, moved); !errors.Is(err, errAddress) {
		t.Errorf("a redirect to a refused address: %v", err)
	}
	if n := len(connected); n != 0 {
		t.Errorf("%d connections were made to the refused target", n)
	}
	if len(came) == 0 {
		t.Error("the allowed target was never reached: the test shows nothing")
	}
}
