//go:build tinygo

package main

import (
	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// profileRoom is more than a profile of the most rows takes on its way, besides
// a few words a bar.
const profileRoom = 4 << 20

// volumeParams reads count parameters in catalog order.
func volumeParams(offset, count uint32) (volume.Params, int32) {
	if !held(offset, uint64(count)) {
		return volume.Params{}, badPointer("params", offset)
	}
	m, ok := scratch.enter(paramsRoom)
	if !ok {
		return volume.Params{}, outOfMemory()
	}
	p, err := volume.ParamsFromVector(floats(offset, int(count)))
	return p, scratch.leave(m, err)
}

// volume takes the profile of count bars and writes it to out, which has room
// for capacity words. It returns how many words the profile is; where that is
// above capacity nothing is in out: reserve so much and ask again.
//
//go:wasmexport volume
func volumeBars(params, paramCount, candles, count, out, capacity uint32) int32 {
	p, status := volumeParams(params, paramCount)
	if status < 0 {
		return status
	}
	in, ok := candlesAt(candles, count, count)
	if !ok {
		return badPointer("candles", candles)
	}
	dst, ok := profileAt(out, capacity, candles, len(in.words))
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(profileRoom + wordSize*uintptr(count))
	if !ok {
		return outOfMemory()
	}
	var profile *volume.Profile
	// An earlier bar may be refused for another reason than its time.
	c, err := in.bars(0, int(count), 0)
	if c.Len() > 0 || err == nil {
		var refused error
		if profile, refused = volume.Compute(p, c); refused != nil {
			err = refused
		}
	}
	return leaveProfile(m, dst, profile, err)
}

// volume_trades takes the profile of count trades: columns of time, price, size
// and side of the taker, -1, 0 or 1. The rest is as with volume.
//
//go:wasmexport volume_trades
func volumeTrades(params, paramCount, trades, count, out, capacity uint32) int32 {
	p, status := volumeParams(params, paramCount)
	if status < 0 {
		return status
	}
	words := columnWords(tradeColumns, count, count)
	if !held(trades, words) {
		return badPointer("trades", trades)
	}
	dst, ok := profileAt(out, capacity, trades, int(words))
	if !ok {
		return badPointer("out", out)
	}
	m, ok := scratch.enter(profileRoom + 2*wordSize*uintptr(count))
	if !ok {
		return outOfMemory()
	}
	var profile *volume.Profile
	t, err := tradesOf(floats(trades, int(words)), int(count))
	if err == nil {
		profile, err = volume.FromTrades(p, t)
	}
	return leaveProfile(m, dst, profile, err)
}

const tradeColumns = 4

func tradesOf(words []float64, count int) (volume.Trades, error) {
	t := volume.Trades{
		Time: make([]int64, count), Price: words[count:][:count], Size: words[2*count:][:count],
		Side: make([]core.Side, count),
	}
	for i := range count {
		at := words[i]
		if !isTime(at) {
			return t, badTime(at, "time", i)
		}
		side := words[3*count+i]
		if side != -1 && side != 0 && side != 1 {
			return t, &core.Error{
				Code: core.InvalidBar, Field: "side", Index: i, Value: core.Canonical(side),
				Rule: core.RuleWhole, Low: -1, High: 1,
			}
		}
		t.Time[i], t.Side[i] = int64(at), core.Side(side)
	}
	return t, nil
}
