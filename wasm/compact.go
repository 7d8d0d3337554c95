//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/volume"

// A volume engine grows with its range: it outgrows arrays and leaves the old
// ones behind, and nothing collects them. When its memory has doubled, the
// engine is written as a snapshot and made anew from it, which is exact by the
// laws of core and gives back everything it does not use.

// keeper is a volume engine that may move.
type keeper struct {
	engine *volume.Engine
	moved  bool           // since the last bar; a snapshot has no events
	heard  []volume.Event // then: the events of the last bar
}

const (
	// callRoom is more than one call takes for rows, of which there are 5000 at
	// most; besides, it may double the arrays the engine keeps its bars in.
	callRoom = 2 << 20
	// snapshotRoom is more than a snapshot is longer than its engine.
	snapshotRoom = 4 << 10
	// restoreRate is more bytes than an engine takes for each of its snapshot's
	// while it is made, arrays outgrown on the way included.
	restoreRate = 10
)

// roomToGrow makes sure that the next call of the engine finds the memory it
// may ask for.
func roomToGrow(s *slot[keeper]) bool {
	if s.home.size > 2*s.made+callRoom/4 {
		move(s)
	}
	return spare(2*s.home.size + callRoom)
}

// move makes the engine anew in fresh memory. Where that cannot be had it stays
// where it is.
func move(s *slot[keeper]) {
	s.made = s.home.size // whatever comes of it, try again only when doubled
	room := s.home.size + snapshotRoom
	m, ok := scratch.enter(room)
	if !ok {
		return
	}
	b, _ := s.engine.engine.AppendBinary(make([]byte, 0, room)) // the error is always nil
	if volumes.prepare(restoreRate*uintptr(len(b)) + callRoom) {
		if engine, err := volume.Restore(b); err == nil {
			k := &keeper{engine: engine, moved: true, heard: cloneEvents(s.engine.events())}
			old := s.home
			volumes.home.trim(errorRoom)
			s.engine, s.home, s.made = k, volumes.home, volumes.home.size
			old.release()
			volumes.home = region{}
		}
		volumes.home.release()
	}
	scratch.leave(m, nil)
}

// events are those of the bar committed last, in memory used again.
func (k *keeper) events() []volume.Event {
	if k.moved {
		return k.heard
	}
	return k.engine.AppendEvents(heardVolume[:0])
}

func cloneEvents(events []volume.Event) []volume.Event {
	clones := append([]volume.Event(nil), events...)
	for i := range clones {
		clones[i].Levels = append([]volume.Level(nil), clones[i].Levels...)
	}
	return clones
}
