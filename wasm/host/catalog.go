package host

import (
	"bytes"
	"context"
)

// Catalog is the JSON of both engines' catalogs as the module gives it.
func (h *Host) Catalog(ctx context.Context) ([]byte, error) {
	in, err := h.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer h.giveBack(in)
	at, err := in.call(catalogExport)
	if err != nil {
		return nil, err
	}
	text := in.bytes(uint32(at), 8) // offset and length
	return bytes.Clone(in.bytes(order.Uint32(text), int(order.Uint32(text[4:])))), nil
}
