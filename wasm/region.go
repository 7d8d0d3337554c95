//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
)

// region is memory that is given back all at once: that of an engine when it is
// freed, that of a call when it returns. There is no garbage collector; Go code
// allocates from the current region through runtime.alloc.
type region struct {
	head     *chunk
	cur, end uintptr // what is left of head
	size     uintptr // of all chunks
}

// chunk heads a span that belongs to a region.
type chunk struct {
	next *chunk
	size uintptr // of the span, this head included
}

const (
	chunkHead  = 16 // the head of a chunk, rounded up to align
	align      = 16
	leastChunk = 4 * granule
)

var (
	permanent region // what lives as long as the module
	scratch   region // what one call needs while it runs
	current   = &permanent
)

// errorRoom is what one refusal of core's takes.
const errorRoom = 256

//go:linkname zero runtime.memzero
func zero(at unsafe.Pointer, size uintptr)

// alloc is what make, new and append come down to. Callers have stocked the
// region, so that running out of memory here is a bug of ours.
//
//go:linkname alloc runtime.alloc
//go:noinline
func alloc(size uintptr, layout unsafe.Pointer) unsafe.Pointer {
	r := current
	if size > 1<<30 || !r.stock(size) {
		trap()
	}
	at := unsafe.Pointer(r.cur)
	size = roundUp(size, align)
	r.cur += size
	zero(at, size)
	return at
}

// stock makes sure that the next size bytes, rounding of each piece included,
// come without asking for memory. It reports false where memory is out.
//
//go:noinline
func (r *region) stock(size uintptr) bool {
	size = roundUp(size, align)
	if r.end-r.cur >= size {
		return true
	}
	size = max(roundUp(size+chunkHead, granule), leastChunk)
	at := take(size)
	if at == 0 {
		return false
	}
	c := (*chunk)(unsafe.Pointer(at))
	c.next, c.size = r.head, size
	r.head, r.cur, r.end = c, at+chunkHead, at+size
	r.size += size
	return true
}

// trim gives back the part of the latest chunk that is not used, but for spare
// bytes.
func (r *region) trim(spare uintptr) {
	keep := roundUp(r.cur+spare, granule)
	if keep >= r.end {
		return
	}
	give(keep, r.end-keep)
	r.head.size -= r.end - keep
	r.size -= r.end - keep
	r.end = keep
}

// mark is a place in a region to return to.
type mark struct {
	head     *chunk
	cur, end uintptr
}

// rewind gives back what was allocated since m.
//
//go:noinline
func (r *region) rewind(m mark) {
	for r.head != m.head {
		c := r.head
		r.head = c.next
		r.size -= c.size
		give(uintptr(unsafe.Pointer(c)), c.size)
	}
	r.cur, r.end = m.cur, m.end
}

func (r *region) release() { r.rewind(mark{}) }

// enter makes r the current region, with room bytes in stock and those of an
// error, and returns the place to rewind it to; false where memory is out.
func (r *region) enter(room uintptr) (mark, bool) {
	m := mark{r.head, r.cur, r.end}
	if !r.stock(room + errorRoom) {
		return m, false
	}
	current = r
	return m, true
}

// leave ends what enter began, gives back all that was allocated since, and
// returns the status of the error that came of it.
func (r *region) leave(m mark, err error) int32 {
	status := int32(core.OK)
	if err != nil {
		status = refusal(err)
	}
	current = &permanent
	r.rewind(m)
	return status
}
