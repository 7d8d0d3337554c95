package hub

import (
	"context"
	"slices"
	"strings"

	"github.com/quantum-signals/quantum/server"
)

// watchStates tells the states of markets where they changed and somebody
// listens.
func (h *Hub) watchStates(ctx context.Context) {
	h.mu.Lock()
	c := h.channels[string(markets)]
	h.mu.Unlock()
	if c != nil && c.heard() {
		h.tellStates(ctx)
	}
}

// tellStates publishes the states of all markets where they are not those told
// last. The store numbers no such message: this hub does, and the channel's
// epoch is its own.
func (h *Hub) tellStates(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	list, err := h.log.Markets(ctx)
	if err != nil {
		h.logInternal("markets", string(markets), unavailable(err))
		return
	}
	body := statesBody(list)
	h.telling.Lock() // one after the other: the numbers come in order
	defer h.telling.Unlock()
	h.mu.Lock()
	c := h.channels[string(markets)]
	if c == nil || h.standing == body && c.place() > 0 {
		h.mu.Unlock()
		return
	}
	h.standing = body
	h.told++
	e := server.Entry{Channel: string(markets), Type: string(markets), Seq: h.told, Body: []byte(body)}
	h.mu.Unlock()
	hear, _ := c.publish(e, h.id, h.now())
	h.tell(c, hear)
}

// statesBody lists the markets, by name, with their states.
func statesBody(list []server.MarketStatus) string {
	list = slices.SortedFunc(slices.Values(list), func(a, b server.MarketStatus) int {
		return strings.Compare(a.Market.String(), b.Market.String())
	})
	b := []byte(`{"states":{`)
	for i, m := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(server.AppendText(b, m.Market.String()), ':')
		b = server.AppendText(b, string(m.State))
	}
	return string(append(b, `}}`...))
}
