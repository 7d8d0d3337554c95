package volume

// chunkBars is how many bars a chunk of a barList holds.
const chunkBars = 128

// barList is a list of bars that grows by chunks: no bar pays for copying all
// before it, and where nothing collects garbage nothing is left behind.
type barList struct {
	chunks []*[chunkBars]kept
	count  int
}

// at is bar i.
func (l *barList) at(i int) *kept { return &l.chunks[uint(i)/chunkBars][uint(i)%chunkBars] }

// push adds a bar at the end.
func (l *barList) push(k *kept) {
	if l.count == len(l.chunks)*chunkBars {
		l.chunks = append(l.chunks, new([chunkBars]kept))
	}
	*l.at(l.count) = *k
	l.count++
}
