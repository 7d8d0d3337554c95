package volume

// deque holds the bars of a window that may yet be its least by some key:
// keys ascend from the front, and equal ones stay. Each bar enters and leaves
// once, so the work a bar is constant on average.
type deque struct {
	items []keyed // a ring, its length a power of two
	head  int     // place of the front, before the mask
	count int
}

type keyed struct {
	key float64
	bar int64 // number of the bar
}

// at is item i from the front.
func (d *deque) at(i int) keyed { return d.items[(d.head+i)&(len(d.items)-1)] }

// push adds the newest bar, dropping those it undercuts.
func (d *deque) push(key float64, bar int64) {
	for d.count > 0 && d.at(d.count-1).key > key {
		d.count--
	}
	if d.count == len(d.items) {
		d.grow()
	}
	d.items[(d.head+d.count)&(len(d.items)-1)] = keyed{key, bar}
	d.count++
}

// expire drops the bar if it is at the front: the oldest one leaves the window.
func (d *deque) expire(bar int64) {
	if d.count > 0 && d.at(0).bar == bar {
		d.head = (d.head + 1) & (len(d.items) - 1)
		d.count--
	}
}

// front is the place of the least key without the bar gone, d.count if none.
func (d *deque) front(gone int64) int {
	if d.count > 0 && d.at(0).bar == gone {
		return 1
	}
	return 0
}

// least is the least key without the bar gone and with one more.
func (d *deque) least(gone int64, key float64) float64 {
	if i := d.front(gone); i < d.count {
		return min(key, d.at(i).key)
	}
	return key
}

func (d *deque) grow() {
	items := make([]keyed, max(2*len(d.items), 16))
	for i := range d.count {
		items[i] = d.at(i)
	}
	d.items, d.head = items, 0
}
