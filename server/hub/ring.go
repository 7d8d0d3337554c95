package hub

// ring keeps the newest messages of a channel, without a hole between them.
// The zero ring is empty and keeps nothing; the channel's lock guards it.
type ring struct {
	messages []message
	start    int // place of the oldest
	count    int
}

func newRing(size int) ring { return ring{messages: make([]message, 0, size)} }

// push adds the message that follows the newest one.
func (r *ring) push(m message) {
	if len(r.messages) < cap(r.messages) {
		r.messages = append(r.messages, m)
		r.count++
		return
	}
	r.messages[r.start] = m
	r.start = (r.start + 1) % len(r.messages)
}

// clear forgets all.
func (r *ring) clear() {
	clear(r.messages)
	r.messages, r.start, r.count = r.messages[:0], 0, 0
}

// first is the seq of the oldest message; false where there is none.
func (r *ring) first() (int64, bool) {
	if r.count == 0 {
		return 0, false
	}
	return r.messages[r.start].seq, true
}

// at finds a message by its seq.
func (r *ring) at(seq int64) (*message, bool) {
	first, ok := r.first()
	if !ok || seq < first || seq >= first+int64(r.count) {
		return nil, false
	}
	return &r.messages[(r.start+int(seq-first))%len(r.messages)], true
}
