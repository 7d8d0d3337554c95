// Package feed brings candles to the monitor: from Binance, from files, replayed
// as if live, from a simulated market, and from bars pushed through the API.
//
// Every feed has the same two methods.
//
// History gives the closed bars of a series that open after a time, oldest
// first, up to the newest that is closed now; yield's error ends it.
//
// Live goes on from there: it gives closed bars that open after the time and,
// between them, forming ones, until ctx ends, the source is cut, or emit gives
// an error. Bars that opened earlier may come again, where the source may have
// revised them. It never returns nil. emit may block; forming bars are then
// left out, closed ones never.
package feed
