//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/volume"

// sessionHead are the words of a finished session before its low nodes: open
// times of its first and last bar, its levels, its shape, and how many low
// nodes it has.
const sessionHead = 2 + levelWords + 2

// volume_previous writes the session finished last to out and returns how many
// words it is, 0 where there is none; above capacity nothing is in out.
//
//go:wasmexport volume_previous
func volumePrevious(handle int32, out, capacity uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	dst, ok := profileAt(out, capacity, 0, 0)
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(2*s.home.size + callRoom)
	if !ok {
		return outOfMemory()
	}
	words := writeSession(dst, s.engine.engine)
	scratch.leave(m, nil)
	return words
}

func writeSession(dst []float64, e *volume.Engine) int32 {
	session, any := e.Previous()
	if !any {
		return 0
	}
	words := sessionHead + nodeWords*len(session.LowNodes)
	if words > len(dst) {
		return int32(words)
	}
	dst[0], dst[1] = float64(session.Start), float64(session.End)
	levels = session.Levels
	writeLevels(dst[2:])
	dst[2+levelWords], dst[3+levelWords] = float64(session.Shape), float64(len(session.LowNodes))
	writeNodes(dst[sessionHead:], session.LowNodes)
	return int32(words)
}

// nakedWords are a naked point of control's price, the open time of its
// session's first bar, and its age in sessions.
const nakedWords = 3

// volume_naked writes the naked points of control to out, by price ascending,
// and returns how many words they are; above capacity nothing is in out.
//
//go:wasmexport volume_naked
func volumeNaked(handle int32, out, capacity uint32) int32 {
	s := volumes.find(handle)
	if s == nil {
		return badHandle(handle)
	}
	dst, ok := profileAt(out, capacity, 0, 0)
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(2*s.home.size + callRoom)
	if !ok {
		return outOfMemory()
	}
	naked := s.engine.engine.AppendNaked(nil)
	words := nakedWords * len(naked)
	if words <= len(dst) {
		for i, n := range naked {
			w := dst[i*nakedWords:][:nakedWords]
			w[0], w[1], w[2] = n.Price, float64(n.Start), float64(n.Age)
		}
	}
	scratch.leave(m, nil)
	return int32(words)
}
