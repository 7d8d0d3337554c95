package host

// The layout of a list of events, in words.
const (
	listHead   = 2 // how many events, and whether the last bar's are missing
	eventHead  = 6 // kind, side, open time, known at, price, how many points
	pointWords = 3 // open time, level, price
)

// listEvents asks for the events of the bar last committed, with as much room
// as they need, and returns the offset of their list.
func (e *engine) listEvents() (uint32, error) {
	if err := e.usable(); err != nil {
		return 0, err
	}
	for room := listWords; ; {
		at, err := e.in.words(room)
		if err != nil {
			return 0, err
		}
		words, err := e.in.call(e.exports.events, e.handle, uint64(at), uint64(room))
		if err != nil {
			return 0, err
		}
		if int(words) <= room {
			return at, nil
		}
		room = int(words)
	}
}

// readList hands out the events of a list and reports whether those of the last
// bar are missing.
func (in *instance) readList(at uint32, each func(head [eventHead]float64, points []float64)) (missing bool) {
	head := in.floats(at, listHead)
	count := int(head[0])
	missing = head[1] != 0
	at += listHead * wordSize
	for range count {
		event := [eventHead]float64(in.floats(at, eventHead))
		at += eventHead * wordSize
		words := int(event[eventHead-1]) * pointWords
		each(event, in.floats(at, words))
		at += uint32(words * wordSize)
	}
	return missing
}
