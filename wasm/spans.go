//go:build tinygo

package main

import "unsafe"

// The module's memory is dealt out in spans, whole multiples of granule bytes.
// Free ones are kept in a list in order of address, neighbours merged, so that
// what was freed serves whatever comes next and memory ends as it began.

const (
	granule  = 256
	pageSize = 65536
)

// span heads free memory.
type span struct {
	next *span
	size uintptr // of all of it, this head included
}

var (
	heapStart = uintptr(unsafe.Pointer(&heapBase)) // not a constant: the compiler's interpreter cannot compute with one
	heapEnd   uintptr                              // 0 before the first use
	free      *span
	inUse     uintptr // bytes dealt out
)

//go:extern __heap_base
var heapBase [0]byte

//export llvm.wasm.memory.size.i32
func memorySize(index int32) int32

//export llvm.wasm.memory.grow.i32
func memoryGrow(index, pages int32) int32

//export llvm.trap
func trap()

func roundUp(n, to uintptr) uintptr { return (n + to - 1) &^ (to - 1) }

// take deals out size bytes, a multiple of granule, or 0 where memory has
// reached its limit. What is in them is left from their last use.
//
//go:noinline
func take(size uintptr) uintptr {
	at := cut(size)
	if at == 0 && grow(size) {
		at = cut(size)
	}
	if at != 0 {
		inUse += size
	}
	return at
}

// give takes back what take dealt out, or a part of it.
func give(at, size uintptr) {
	insert(at, size)
	inUse -= size
}

// cut takes size bytes from the front of the first free span that holds them.
func cut(size uintptr) uintptr {
	for link := &free; *link != nil; link = &(*link).next {
		s := *link
		if s.size < size {
			continue
		}
		at := uintptr(unsafe.Pointer(s))
		if s.size == size {
			*link = s.next
			return at
		}
		rest := (*span)(unsafe.Pointer(at + size))
		rest.next, rest.size = s.next, s.size-size
		*link = rest
		return at
	}
	return 0
}

// grow extends the memory so that its last free span holds size bytes.
//
//go:noinline
func grow(size uintptr) bool {
	if heapEnd == 0 { // what the module began with comes first
		heapEnd = uintptr(memorySize(0)) * pageSize
		begin := roundUp(heapStart, granule)
		insert(begin, heapEnd-begin)
		if size <= heapEnd-begin {
			return true
		}
	}
	missing := size
	for s := free; s != nil; s = s.next {
		if uintptr(unsafe.Pointer(s))+s.size == heapEnd {
			missing -= s.size // below size, or cut had taken it
		}
	}
	more := roundUp(missing, pageSize)
	if memoryGrow(0, int32(more/pageSize)) < 0 {
		return false
	}
	insert(heapEnd, more)
	heapEnd += more
	return true
}

// spare reports whether size bytes could be dealt out in one piece, or in any
// number of pieces that fill no more, and grows the memory for them if it must.
func spare(size uintptr) bool {
	size = roundUp(size, granule)
	for s := free; s != nil; s = s.next {
		if s.size >= size {
			return true
		}
	}
	return grow(size)
}

// insert adds a span to the free ones and merges it with its neighbours.
//
//go:noinline
func insert(at, size uintptr) {
	var before *span
	after := free
	for after != nil && uintptr(unsafe.Pointer(after)) < at {
		before, after = after, after.next
	}
	s := (*span)(unsafe.Pointer(at))
	s.next, s.size = after, size
	if after != nil && at+size == uintptr(unsafe.Pointer(after)) {
		s.next, s.size = after.next, size+after.size
	}
	switch {
	case before == nil:
		free = s
	case uintptr(unsafe.Pointer(before))+before.size == at:
		before.next, before.size = s.next, before.size+s.size
	default:
		before.next = s
	}
}
