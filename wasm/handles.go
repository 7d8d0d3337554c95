//go:build tinygo

package main

import (
	"unsafe"

	"github.com/quantum-signals/quantum/core"
)

// slot is one engine of the host's and the memory it lives in.
type slot[E any] struct {
	engine *E
	home   region
	made   uintptr // size of home when the engine was made in it
	// The table's part: the engine's generation, and the free slot after this
	// one and 1.
	generation int32
	next       int
}

// handles names the engines of one kind. A handle is the slot's number from 1
// on, and above it the slot's generation, so that the handle of a freed engine
// is not taken for that of its successor.
type handles[E any] struct {
	kind   int32 // tells the handles of one kind from those of another
	slots  []slot[E]
	vacant int    // first free slot and 1, 0 if none
	home   region // of the engine being made
}

// A handle is kind<<30 | generation<<16 | number: positive as an int32.
const (
	numberBits     = 16
	generationBits = 14
	kindBit        = 30
	maxHandles     = 1<<numberBits - 1
)

// prepare makes the memory of the next engine current, with room bytes of it in
// stock; false where memory or handles are out.
func (h *handles[E]) prepare(room uintptr) bool {
	if h.vacant == 0 && (len(h.slots) == maxHandles || !permanent.stock(tableRoom(len(h.slots), cap(h.slots), unsafe.Sizeof(slot[E]{})))) {
		return false
	}
	_, ok := h.home.enter(room)
	return ok
}

// open gives the engine made since prepare its handle, or records why there is
// none.
func (h *handles[E]) open(engine *E, err error) int32 {
	current = &permanent
	if err != nil {
		status := refusal(err)
		h.home.release()
		return status
	}
	h.home.trim(errorRoom)
	if h.vacant == 0 {
		h.slots = append(h.slots, slot[E]{})
		h.vacant = len(h.slots)
	}
	number := h.vacant
	s := &h.slots[number-1]
	h.vacant = s.next
	s.engine, s.home, s.made, s.next = engine, h.home, h.home.size, 0
	h.home = region{}
	return h.kind<<kindBit | s.generation<<numberBits | int32(number)
}

// find returns the slot that handle names, nil if none does. It is good until
// the next open.
func (h *handles[E]) find(handle int32) *slot[E] {
	number := int(handle & maxHandles)
	if number == 0 || number > len(h.slots) {
		return nil
	}
	s := &h.slots[number-1]
	if s.engine == nil || handle>>numberBits != h.kind<<generationBits|s.generation {
		return nil
	}
	return s
}

// free ends an engine and gives its memory back.
func (h *handles[E]) free(handle int32) int32 {
	s := h.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	s.home.release()
	s.engine = nil
	s.generation = (s.generation + 1) & (1<<generationBits - 1)
	s.next, h.vacant = h.vacant, int(handle&maxHandles)
	return int32(core.OK)
}
