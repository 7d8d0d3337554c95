//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/volume"

// A volume engine grows with its range: it outgrows arrays and leaves the old
// ones behind, and nothing collects them. When its memory has doubled, the
// engine is written as a snapshot and made anew from it, which is exact by the
// laws of core and gives back everything it does not use.

// callRoom is more than one call takes besides arrays twice as long as those
// the engine has.
const callRoom = 1 << 20

// roomToGrow makes sure that the next call of the engine finds the memory it
// may ask for.
func roomToGrow(s *slot[volume.Engine]) bool {
	if s.home.size > 2*s.made+callRoom/4 {
		compact(s)
	}
	return spare(2*s.home.size + callRoom)
}

// compact moves the engine to fresh memory. Where that cannot be had it stays
// where it is.
func compact(s *slot[volume.Engine]) {
	s.made = s.home.size // whatever comes of it, try again only when doubled
	m, ok := scratch.enter(s.home.size + callRoom)
	if !ok {
		return
	}
	b, err := s.engine.AppendBinary(nil)
	if err == nil && volumes.prepare(s.home.size+callRoom) {
		if engine, err := volume.Restore(b); err == nil {
			old := s.home
			volumes.home.trim(errorRoom)
			s.engine, s.home, s.made = engine, volumes.home, volumes.home.size
			old.release()
		} else {
			volumes.home.release()
		}
		volumes.home = region{}
	}
	scratch.leave(m)
}
