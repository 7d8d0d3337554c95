//go:build tinygo

package main

import "github.com/quantum-signals/quantum/core/volume"

const (
	profileHead = 14
	nodeWords   = 4
)

// profileAt views room for a profile, apart from the words it is taken from;
// false where it does not lie in the host's memory. No room at all will do.
func profileAt(out, capacity, from uint32, fromWords int) ([]float64, bool) {
	if capacity == 0 {
		return nil, true
	}
	if !held(out, uint64(capacity)) || !apart(out, uint64(capacity), from, uint64(fromWords)) {
		return nil, false
	}
	return floats(out, int(capacity)), true
}

// leaveProfile writes the profile, unless there is an error, leaves scratch and
// returns the profile's size or the error's status.
func leaveProfile(m mark, dst []float64, p *volume.Profile, err error) int32 {
	var words int32
	if err == nil {
		words = writeProfile(dst, p)
	}
	if status := scratch.leave(m, err); status < 0 {
		return status
	}
	return words
}

// writeProfile writes p as words if they fit, and returns how many they are.
func writeProfile(dst []float64, p *volume.Profile) int32 {
	rows := p.Len()
	words := profileHead + 3*rows + 1 + nodeWords*(len(p.HighNodes)+len(p.LowNodes))
	if words > len(dst) {
		return int32(words)
	}
	head := [profileHead]float64{
		float64(p.Source), float64(p.Count), p.Unit, p.Total, p.POC, p.VAH, p.VAL, p.Enclosed, p.VWAP, p.SD,
		float64(p.Shape), float64(rows), float64(len(p.HighNodes)), float64(len(p.LowNodes)),
	}
	at := copy(dst, head[:])
	at += copy(dst[at:], p.Edges)
	at += copy(dst[at:], p.Up)
	at += copy(dst[at:], p.Down)
	at += writeNodes(dst[at:], p.HighNodes)
	writeNodes(dst[at:], p.LowNodes)
	return int32(words)
}

func writeNodes(dst []float64, nodes []volume.Node) int {
	for i, n := range nodes {
		w := dst[i*nodeWords:][:nodeWords]
		w[0], w[1], w[2], w[3] = float64(n.Row), n.Price, n.Volume, n.Prominence
	}
	return len(nodes) * nodeWords
}
