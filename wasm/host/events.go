package host

// The layout of a list of events, in words: how many there are, then each.
const (
	eventHead  = 6 // kind, side, open time, known at, price, how many points
	pointWords = 3 // open time, level, price
)

// eachEvent hands out the events the last call has listed.
func (in *instance) eachEvent(each func(head [eventHead]float64, points []float64)) error {
	list, err := in.call(eventsExport)
	if err != nil {
		return err
	}
	at := uint32(list)
	count := int(in.floats(at, 1)[0])
	at += wordSize
	for range count {
		head := [eventHead]float64(in.floats(at, eventHead))
		at += eventHead * wordSize
		words := int(head[eventHead-1]) * pointWords
		each(head, in.floats(at, words))
		at += uint32(words * wordSize)
	}
	return nil
}

// listEvents lists the events of the bar committed last.
func (e *engine) listEvents() error {
	if err := e.usable(); err != nil {
		return err
	}
	_, err := e.in.call(e.exports.events, e.handle)
	return err
}
