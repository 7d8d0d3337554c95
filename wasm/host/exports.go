package host

// export is a function of the module, by its place in exportNames.
type export int

const (
	abiVersionExport export = iota
	lastErrorExport
	reserveExport
	releaseExport
	memoryUsedExport
	catalogExport
	eventsExport

	cipherExport
	cipherNewExport
	cipherFreeExport
	cipherNextExport
	cipherPeekExport
	cipherNextManyExport
	cipherEventsExport
	cipherInfoExport
	cipherSnapshotExport
	cipherRestoreExport

	volumeExport
	volumeTradesExport
	volumeNewExport
	volumeFreeExport
	volumeNextExport
	volumePeekExport
	volumeNextManyExport
	volumeEventsExport
	volumeInfoExport
	volumeProfileExport
	volumePreviousExport
	volumeNakedExport
	volumeSnapshotExport
	volumeRestoreExport

	exportCount
)

var exportNames = [exportCount]string{
	"abi_version", "last_error", "reserve", "release", "memory_used", "catalog", "events",
	"cipher", "cipher_new", "cipher_free", "cipher_next", "cipher_peek", "cipher_next_many", "cipher_events", "cipher_info", "cipher_snapshot", "cipher_restore",
	"volume", "volume_trades", "volume_new", "volume_free", "volume_next", "volume_peek", "volume_next_many", "volume_events", "volume_info",
	"volume_profile", "volume_previous", "volume_naked", "volume_snapshot", "volume_restore",
}
