package store

import (
	"fmt"
	"strings"
)

// slots is the number of hash slots of a Redis Cluster.
const slots = 16384

// tags are the hash tags of a store's partitions. All keys of a partition carry
// its tag, so that they live in one slot of a cluster and one script may touch
// them together.
type tags []string

// makeTags finds a tag for each partition, by search: the number of the
// partition, and the first suffix whose slot lies next to the middle of the
// partition's share of all slots. Cut into equal parts, as a cluster is, the
// slots then hold equally many partitions, one more or less, for 1 to 16 nodes.
// The same number of partitions always gives the same tags.
func makeTags(partitions int) tags {
	t := make(tags, partitions)
	for p := range t {
		middle := (2*p + 1) * slots / (2 * partitions)
		number := fmt.Appendf(nil, "p%02d.", p)
		begun := crc16(0, number)
		for try := 0; t[p] == ""; try++ {
			word := appendWord(number, try)
			if d := int(crc16(begun, word[len(number):]))%slots - middle; -slotReach <= d && d <= slotReach {
				t[p] = string(word)
			}
		}
	}
	return t
}

// slotReach is how far from the middle a tag may lie. Of 64 partitions the edges
// of up to 16 equal parts come no nearer to a middle than 8 slots.
const slotReach = 4

// appendWord appends the n-th word of small letters: a, b … z, aa, ab …
func appendWord(b []byte, n int) []byte {
	if n >= 26 {
		b = appendWord(b, n/26-1)
	}
	return append(b, byte('a'+n%26))
}

// crc16 goes on with the checksum Redis Cluster makes slots of: CRC-16 in its
// XMODEM form, polynomial 0x1021.
func crc16(crc uint16, b []byte) uint16 {
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			carry := crc & 0x8000
			crc <<= 1
			if carry != 0 {
				crc ^= 0x1021
			}
		}
	}
	return crc
}

// tagOf is the hash tag of a key.
func tagOf(key string) string {
	_, rest, _ := strings.Cut(key, "{")
	tag, _, _ := strings.Cut(rest, "}")
	return tag
}
