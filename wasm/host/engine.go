package host

import "context"

// engine is what the engines of both kinds have in common: a handle in an
// instance of their own.
type engine struct {
	host    *Host
	in      *instance // nil once closed
	handle  uint64
	exports *engineExports
}

// engineExports are the calls of one kind of engine.
type engineExports struct {
	free, next, peek, nextMany, events, info, snapshot, restore export
}

// open makes an engine in an instance of its own. The call gets the offset of
// words words that fill has filled.
func (h *Host) open(ctx context.Context, exports *engineExports, words int, fill func(in *instance, at uint32), call func(in *instance, at uint32) (int32, error)) (engine, error) {
	in, err := h.acquire(ctx)
	if err != nil {
		return engine{}, err
	}
	at, err := in.words(words)
	if err == nil {
		fill(in, at)
		var handle int32
		if handle, err = call(in, at); err == nil {
			return engine{h, in, uint64(handle), exports}, nil
		}
	}
	h.giveBack(in)
	return engine{}, err
}

// restore makes an engine from a snapshot.
func (h *Host) restore(ctx context.Context, exports *engineExports, snapshot []byte) (engine, error) {
	return h.open(ctx, exports, wordsOf(len(snapshot)),
		func(in *instance, at uint32) { copy(in.bytes(at, len(snapshot)), snapshot) },
		func(in *instance, at uint32) (int32, error) {
			return in.call(exports.restore, uint64(at), uint64(len(snapshot)))
		})
}

// wordsOf is how many words hold n bytes, at least one.
func wordsOf(n int) int { return max(1, (n+wordSize-1)/wordSize) }

// usable refuses an engine that is closed or whose instance is lost.
func (e *engine) usable() error {
	switch {
	case e.in == nil:
		return ErrClosed
	case e.in.trapped:
		return ErrTrap
	}
	return nil
}

// Close ends the engine and gives its instance back.
func (e *engine) Close() error {
	if e.in == nil {
		return nil
	}
	in := e.in
	e.in = nil
	defer e.host.giveBack(in)
	if in.trapped {
		return nil
	}
	_, err := in.call(e.exports.free, e.handle)
	return err
}

// info reads words words of what the engine was made with.
func (e *engine) info(words int) ([]float64, error) {
	at, err := e.in.words(words)
	if err != nil {
		return nil, err
	}
	if _, err := e.in.call(e.exports.info, e.handle, uint64(at)); err != nil {
		return nil, err
	}
	return e.in.floats(at, words), nil
}

// AppendBinary appends a snapshot, the same bytes the native engine gives.
func (e *engine) AppendBinary(b []byte) ([]byte, error) {
	if err := e.usable(); err != nil {
		return b, err
	}
	const usual = 16 << 10
	for room := usual; ; {
		at, err := e.in.words(wordsOf(room))
		if err != nil {
			return b, err
		}
		length, err := e.in.call(e.exports.snapshot, e.handle, uint64(at), uint64(room))
		if err != nil {
			return b, err
		}
		if int(length) <= room {
			return append(b, e.in.bytes(at, int(length))...), nil
		}
		room = int(length)
	}
}
