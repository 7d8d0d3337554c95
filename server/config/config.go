// Package config is the environment as one validated struct. It is read once,
// in the command, which passes plain values down.
package config

import "time"

// Config is everything a user may set. Each field is one variable of the
// environment; .env.example lists all with their meaning and default.
type Config struct {
	HTTP    HTTP
	API     API
	Access  Access
	Trace   Trace
	Hub     Hub
	Store   Store
	Monitor Monitor
	Feed    Feed
	AI      AI
	Alerts  Alerts
	Log     Log
}

// HTTP is where the origin listens and how long it waits.
type HTTP struct {
	Bind          string        `env:"BIND" envDefault:"127.0.0.1" validate:"host"`
	Port          int           `env:"PORT" envDefault:"8080" validate:"min=0,max=65535"`
	Origins       []string      `env:"ORIGINS" validate:"dive,origin"`
	Proxies       []string      `env:"PROXIES" validate:"dive,cidr"`
	Connections   int           `env:"MAX_CONNECTIONS" envDefault:"20000" validate:"min=16,max=1000000"`
	HeaderTimeout time.Duration `env:"HEADER_TIMEOUT" envDefault:"5s" validate:"min=100ms,max=5m"`
	ReadTimeout   time.Duration `env:"READ_TIMEOUT" envDefault:"30s" validate:"min=100ms,max=1h"`
	WriteTimeout  time.Duration `env:"WRITE_TIMEOUT" envDefault:"60s" validate:"min=100ms,max=1h"`
	IdleTimeout   time.Duration `env:"IDLE_TIMEOUT" envDefault:"2m" validate:"min=1s,max=1h"`
	StopTimeout   time.Duration `env:"STOP_TIMEOUT" envDefault:"20s" validate:"min=1s,max=10m"`
}

// API bounds one request.
type API struct {
	MaxBody    int64         `env:"MAX_BODY" envDefault:"8388608" validate:"min=1024,max=1073741824"`
	MaxBulk    int64         `env:"MAX_BULK" envDefault:"268435456" validate:"min=1024,max=17179869184"`
	MaxBodies  int64         `env:"MAX_BODIES" envDefault:"536870912" validate:"min=1048576,max=68719476736"`
	MaxBars    int           `env:"MAX_BARS" envDefault:"50000" validate:"min=1,max=10000000"`
	MaxTrades  int           `env:"MAX_TRADES" envDefault:"200000" validate:"min=1,max=100000000"`
	MaxWatched int           `env:"MAX_WATCHED" envDefault:"5000" validate:"min=1,max=1000000"`
	AtOnce     int           `env:"COMPUTE_AT_ONCE" envDefault:"16" validate:"min=1,max=10000"`
	BulkWait   time.Duration `env:"BULK_WAIT" envDefault:"10m" validate:"min=1s,max=24h"`
}

// Access says who may do what, and how often.
type Access struct {
	RequireKey bool    `env:"REQUIRE_KEY" envDefault:"false"`
	OpenWrite  bool    `env:"OPEN_WRITE" envDefault:"false"`
	AdminKey   string  `env:"ADMIN_KEY" secret:"key" validate:"omitempty,min=24,max=200"`
	Rate       float64 `env:"RATE" envDefault:"50" validate:"min=0,max=1000000"`
	Burst      int     `env:"RATE_BURST" envDefault:"500" validate:"min=1,max=10000000"`
	KeyRate    float64 `env:"KEY_RATE" envDefault:"500" validate:"min=0,max=1000000"`
	KeyBurst   int     `env:"KEY_RATE_BURST" envDefault:"5000" validate:"min=1,max=10000000"`
}

// Trace is where spans of requests go.
type Trace struct {
	Endpoint string  `env:"OTLP_ENDPOINT" validate:"omitempty,web"`
	Share    float64 `env:"OTLP_SHARE" envDefault:"1" validate:"min=0,max=1"`
}

// Hub bounds the WebSocket clients.
type Hub struct {
	Connections int           `env:"HUB_CONNECTIONS" envDefault:"10000" validate:"min=1,max=1000000"`
	PerKey      int           `env:"HUB_KEY_CONNECTIONS" envDefault:"1000" validate:"min=1,max=1000000"`
	Channels    int           `env:"HUB_CHANNELS" envDefault:"200" validate:"min=1,max=10000"`
	Frame       int64         `env:"HUB_FRAME" envDefault:"16384" validate:"min=512,max=1048576"`
	OpsRate     float64       `env:"HUB_OPS_RATE" envDefault:"20" validate:"gt=0,max=10000"`
	OpsBurst    int           `env:"HUB_OPS_BURST" envDefault:"100" validate:"min=1,max=100000"`
	Queue       int           `env:"HUB_QUEUE" envDefault:"65536" validate:"min=4096,max=16777216"`
	Ring        int           `env:"HUB_RING" envDefault:"1024" validate:"min=16,max=1000000"`
	Page        int           `env:"HUB_PAGE" envDefault:"500" validate:"min=1,max=10000"`
	Readers     int           `env:"HUB_READERS" envDefault:"8" validate:"min=1,max=1000"`
	Waiting     int           `env:"HUB_WAITING" envDefault:"20000" validate:"min=1,max=10000000"`
	History     int           `env:"HUB_HISTORY" envDefault:"500" validate:"min=1,max=10000"`
	Behind      int64         `env:"HUB_BEHIND" envDefault:"50000" validate:"min=1,max=10000000"`
	SlowAfter   time.Duration `env:"HUB_SLOW_AFTER" envDefault:"30s" validate:"min=1s,max=1h"`
	WriteWait   time.Duration `env:"HUB_WRITE_WAIT" envDefault:"10s" validate:"min=100ms,max=10m"`
	HelloWithin time.Duration `env:"HUB_HELLO_WITHIN" envDefault:"5s" validate:"min=100ms,max=10m"`
	Beat        time.Duration `env:"HUB_BEAT" envDefault:"5s" validate:"min=100ms,max=5s"`
	Silence     time.Duration `env:"HUB_SILENCE" envDefault:"15s" validate:"min=1s,max=1h"`
	States      time.Duration `env:"HUB_STATES" envDefault:"1s" validate:"min=10ms,max=1m"`
	Recheck     time.Duration `env:"HUB_RECHECK" envDefault:"15s" validate:"min=100ms,max=1h"`
	Drain       time.Duration `env:"HUB_DRAIN" envDefault:"5s" validate:"min=0,max=10m"`
	DrainJitter time.Duration `env:"HUB_DRAIN_JITTER" envDefault:"3s" validate:"min=0,max=10m"`
	Compression bool          `env:"HUB_COMPRESSION" envDefault:"false"`
}

// Store is where signals are kept, and how much.
type Store struct {
	RedisURL        string        `env:"REDIS_URL" secret:"url" validate:"omitempty,redis"`
	Dir             string        `env:"DATA_DIR" envDefault:"data" validate:"required"`
	Memory          bool          `env:"STORE_MEMORY" envDefault:"false"`
	Timeout         time.Duration `env:"REDIS_TIMEOUT" envDefault:"2s" validate:"min=100ms,max=1m"`
	Replicas        int           `env:"REDIS_REPLICAS" envDefault:"0" validate:"min=0,max=10"`
	Fsync           string        `env:"REDIS_FSYNC" envDefault:"everysec" validate:"oneof=everysec always"`
	Partitions      int           `env:"PARTITIONS" envDefault:"64" validate:"min=1,max=100"`
	KeepCandles     int           `env:"KEEP_CANDLES" envDefault:"100000" validate:"min=512,max=100000000"`
	KeepEvents      int           `env:"KEEP_EVENTS" envDefault:"10000" validate:"min=100,max=100000000"`
	KeepCheckpoints int           `env:"KEEP_CHECKPOINTS" envDefault:"400" validate:"min=1,max=1000000"`
	KeepVolumes     int           `env:"KEEP_VOLUME_CHECKPOINTS" envDefault:"16" validate:"min=1,max=1000000"`
	KeepInbox       int           `env:"KEEP_INBOX" envDefault:"100000" validate:"min=1000,max=10000000"`
	KeepForming     int           `env:"KEEP_FORMING" envDefault:"300" validate:"min=10,max=100000"`
	KeepOutbox      time.Duration `env:"KEEP_OUTBOX" envDefault:"15m" validate:"min=1m,max=168h"`
}

// Monitor is how watched series are run.
type Monitor struct {
	Enabled bool          `env:"MONITOR" envDefault:"true"`
	Watch   []string      `env:"WATCH" envDefault:"sim:SIMUSDT:1m,sim:SIMUSDT:15m" validate:"max=5000,unique,dive,series"`
	Made    []string      `env:"RESAMPLE" validate:"max=5000,unique,dive,markets"`
	Lease   time.Duration `env:"LEASE" envDefault:"6s" validate:"min=300ms,max=5m"`
	Look    time.Duration `env:"LOOK" envDefault:"1s" validate:"min=50ms,max=1m"`
	Silence time.Duration `env:"SILENCE" envDefault:"15s" validate:"min=1s,max=24h"`
	Writers int           `env:"WRITERS" envDefault:"2" validate:"min=1,max=64"`
	Chunk   int           `env:"BACKFILL_CHUNK" envDefault:"64" validate:"min=1,max=256"`
	Preset  string        `env:"PRESET" envDefault:"quantum" validate:"oneof=quantum classic"`
}

// Feed is where the candles of the built-in sources come from.
type Feed struct {
	BinanceURL      string `env:"BINANCE_URL" envDefault:"https://api.binance.com" validate:"web"`
	BinanceWS       string `env:"BINANCE_WS" envDefault:"wss://stream.binance.com:9443" validate:"socket"`
	BinancefURL     string `env:"BINANCEF_URL" envDefault:"https://fapi.binance.com" validate:"web"`
	BinancefWS      string `env:"BINANCEF_WS" envDefault:"wss://fstream.binance.com" validate:"socket"`
	BinanceBackfill int    `env:"BINANCE_BACKFILL" envDefault:"5000" validate:"min=1,max=1000000"`
	BinanceStreams  int    `env:"BINANCE_STREAMS" envDefault:"200" validate:"min=1,max=1024"`

	Seed       uint64  `env:"SIM_SEED" envDefault:"1"`
	DemoFile   string  `env:"DEMO_FILE"`
	DemoSeries string  `env:"DEMO_SERIES" envDefault:"demo:BTCUSD:1m" validate:"series"`
	DemoNote   string  `env:"DEMO_NOTE" envDefault:"recorded candles, played in a loop" validate:"max=200"`
	Rate       float64 `env:"PLAY_RATE" envDefault:"2" validate:"gt=0,max=1000"`
	Forming    int     `env:"PLAY_FORMING" envDefault:"4" validate:"min=0,max=100"`
	Backfill   int     `env:"PLAY_BACKFILL" envDefault:"1500" validate:"min=0,max=100000"`
}

// Alerts bounds rules and how webhooks are sent.
type Alerts struct {
	Limit   int           `env:"ALERTS" envDefault:"500" validate:"min=1,max=100000"`
	Bars    int           `env:"ALERT_TEST_BARS" envDefault:"20000" validate:"min=100,max=1000000"`
	Allow   []string      `env:"WEBHOOK_ALLOW" validate:"dive,cidr"`
	Timeout time.Duration `env:"WEBHOOK_TIMEOUT" envDefault:"5s" validate:"min=100ms,max=1m"`
	Workers int           `env:"WEBHOOK_WORKERS" envDefault:"32" validate:"min=1,max=1000"`
	PerHost int           `env:"WEBHOOK_PER_HOST" envDefault:"4" validate:"min=1,max=1000"`
	Late    time.Duration `env:"WEBHOOK_LATE" envDefault:"1m" validate:"min=1s,max=24h"`
}

// Log is how the process speaks.
type Log struct {
	Level  string `env:"LOG_LEVEL" envDefault:"info" validate:"oneof=debug info warn error"`
	Format string `env:"LOG_FORMAT" envDefault:"text" validate:"oneof=text json"`
}
