// Runs Prometheus' own PromQL acceptance scripts (promqltest, embedded in the Go module) against any
// server that takes remote write and answers the Prometheus query API.
//
//	TARGET_MODE=tenant  WRITE_URL=… QUERY_URL=…  go test -run TestUpstream -json .   (a fresh X-Scope-OrgID per data set)
//	TARGET_MODE=spawn   SPAWN='cmd with {DIR} and {PORT}' go test …                   (a fresh server per data set)
package promqlsuite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
	"github.com/prometheus/prometheus/util/stats"
)

type target struct {
	write, query, ready, flush, org string
	proc                            *exec.Cmd
	dir                             string
}

var (
	cur     *target
	counter atomic.Int64
	client  = &http.Client{Timeout: 20 * time.Second}
)

func (t *target) stop() {
	if t == nil || t.proc == nil {
		return
	}
	_ = t.proc.Process.Signal(syscall.SIGKILL)
	_, _ = t.proc.Process.Wait()
	os.RemoveAll(t.dir)
}

func fresh() (*target, error) {
	n := counter.Add(1)
	cur.stop()
	if os.Getenv("TARGET_MODE") != "spawn" {
		return &target{write: os.Getenv("WRITE_URL"), query: os.Getenv("QUERY_URL"), flush: os.Getenv("FLUSH_URL"),
			org: fmt.Sprintf("promqltest-%d-%d", time.Now().Unix(), n)}, nil
	}
	dir, err := os.MkdirTemp("", "pqt")
	if err != nil {
		return nil, err
	}
	port := strconv.Itoa(19000 + int(n%500))
	r := strings.NewReplacer("{DIR}", dir, "{PORT}", port)
	args := strings.Fields(r.Replace(os.Getenv("SPAWN")))
	c := exec.Command(args[0], args[1:]...)
	if os.Getenv("SPAWN_LOG") != "" {
		f, _ := os.Create(os.Getenv("SPAWN_LOG"))
		c.Stderr, c.Stdout = f, f
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	base := "http://127.0.0.1:" + port
	t := &target{write: base + "/api/v1/write", query: base, proc: c, dir: dir}
	if f := os.Getenv("FLUSH_PATH"); f != "" {
		t.flush = base + f
	}
	ready := os.Getenv("READY_PATH")
	if ready == "" {
		ready = "/-/ready"
	}
	for i := 0; i < 400; i++ {
		if resp, err := client.Get(base + ready); err == nil {
			resp.Body.Close()
			if resp.StatusCode == 200 {
				return t, nil
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	return nil, errors.New("target not ready")
}

// ---- storage: only appends matter, reads happen on the target

type remoteStorage struct {
	storage.Storage
}

func (remoteStorage) AppenderV2(context.Context) storage.AppenderV2 {
	return &appender{series: map[uint64]*prompb.TimeSeries{}}
}
func (remoteStorage) Close() error              { return nil }
func (remoteStorage) StartTime() (int64, error) { return 0, nil }

type appender struct{ series map[uint64]*prompb.TimeSeries }

func (a *appender) Append(_ storage.SeriesRef, ls labels.Labels, _, t int64, v float64, h *histogram.Histogram, fh *histogram.FloatHistogram, _ storage.AppendV2Options) (storage.SeriesRef, error) {
	s := a.series[ls.Hash()]
	if s == nil {
		s = &prompb.TimeSeries{Labels: prompb.FromLabels(ls, nil)}
		a.series[ls.Hash()] = s
	}
	switch {
	case fh != nil:
		s.Histograms = append(s.Histograms, prompb.FromFloatHistogram(t, fh))
	case h != nil:
		s.Histograms = append(s.Histograms, prompb.FromIntHistogram(t, h))
	default:
		s.Samples = append(s.Samples, prompb.Sample{Timestamp: t, Value: v})
	}
	return 1, nil
}
func (*appender) Rollback() error                   { return nil }
func (*appender) SetOptions(*storage.AppendOptions) {}
func (a *appender) Commit() error {
	req := &prompb.WriteRequest{}
	for _, s := range a.series {
		req.Timeseries = append(req.Timeseries, *s)
	}
	if len(req.Timeseries) == 0 {
		return nil
	}
	b, err := req.Marshal()
	if err != nil {
		return err
	}
	hr, _ := http.NewRequest("POST", cur.write, bytes.NewReader(snappy.Encode(nil, b)))
	hr.Header.Set("Content-Encoding", "snappy")
	hr.Header.Set("Content-Type", "application/x-protobuf")
	hr.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	if cur.org != "" {
		hr.Header.Set("X-Scope-OrgID", cur.org)
	}
	resp, err := client.Do(hr)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 {
		fmt.Fprintf(os.Stderr, "WRITE %d %s\n", resp.StatusCode, bytes.TrimSpace(body))
	}
	if cur.flush != "" {
		if r, err := client.Get(cur.flush); err == nil {
			r.Body.Close()
		}
	}
	return nil
}

// ---- engine: HTTP

type engine struct{}

func ms(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }

func (engine) NewInstantQuery(_ context.Context, _ storage.Queryable, _ promql.QueryOpts, qs string, ts time.Time) (promql.Query, error) {
	return &query{path: "/api/v1/query", v: url.Values{"query": {qs}, "time": {ms(ts)}}, qs: qs}, nil
}
func (engine) NewRangeQuery(_ context.Context, _ storage.Queryable, _ promql.QueryOpts, qs string, start, end time.Time, step time.Duration) (promql.Query, error) {
	return &query{path: "/api/v1/query_range", v: url.Values{"query": {qs}, "start": {ms(start)}, "end": {ms(end)},
		"step": {strconv.FormatFloat(step.Seconds(), 'f', 3, 64)}}, qs: qs}, nil
}

type query struct {
	path, qs string
	v        url.Values
}

func (*query) Close()                      {}
func (*query) Statement() parser.Statement { return nil }
func (*query) Stats() *stats.Statistics    { return nil }
func (*query) Cancel()                     {}
func (q *query) String() string            { return q.qs }

type note struct {
	msg  string
	base error
}

func (n note) Error() string { return n.msg }
func (n note) Unwrap() error { return n.base }

func (q *query) Exec(context.Context) *promql.Result {
	hr, _ := http.NewRequest("POST", cur.query+q.path, strings.NewReader(q.v.Encode()))
	hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cur.org != "" {
		hr.Header.Set("X-Scope-OrgID", cur.org)
	}
	resp, err := client.Do(hr)
	if err != nil {
		return &promql.Result{Err: err}
	}
	defer resp.Body.Close()
	var e struct {
		Status, Error   string
		Warnings, Infos []string
		Data            struct {
			ResultType string
			Result     json.RawMessage
		}
	}
	body, _ := io.ReadAll(resp.Body)
	if err := json.Unmarshal(body, &e); err != nil {
		return &promql.Result{Err: fmt.Errorf("status %d: %s", resp.StatusCode, bytes.TrimSpace(body))}
	}
	if e.Status != "success" {
		m := strings.TrimPrefix(e.Error, `invalid parameter "query": `)
		return &promql.Result{Err: errors.New(m)}
	}
	var an annotations.Annotations
	for _, w := range e.Warnings {
		an.Add(note{w, annotations.PromQLWarning})
	}
	for _, w := range e.Infos {
		an.Add(note{w, annotations.PromQLInfo})
	}
	val, err := decode(e.Data.ResultType, e.Data.Result)
	return &promql.Result{Value: val, Err: err, Warnings: an}
}

type pair [2]any

func (p pair) tv() (int64, float64, error) {
	t := p[0].(float64)
	v, err := strconv.ParseFloat(p[1].(string), 64)
	return int64(t*1000 + 0.5*sign(t)), v, err
}
func sign(f float64) float64 {
	if f < 0 {
		return -1
	}
	return 1
}

type series struct {
	Metric     map[string]string
	Value      pair
	Values     []pair
	Histogram  []json.RawMessage
	Histograms [][]json.RawMessage
}

func hist(raw []json.RawMessage) (int64, *histogram.FloatHistogram) {
	var t float64
	var h struct{ Count, Sum string }
	_ = json.Unmarshal(raw[0], &t)
	_ = json.Unmarshal(raw[1], &h)
	c, _ := strconv.ParseFloat(h.Count, 64)
	s, _ := strconv.ParseFloat(h.Sum, 64)
	return int64(t*1000 + 0.5*sign(t)), &histogram.FloatHistogram{Count: c, Sum: s}
}

func decode(kind string, raw json.RawMessage) (parser.Value, error) {
	switch kind {
	case "scalar":
		var p pair
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, err
		}
		t, v, err := p.tv()
		return promql.Scalar{T: t, V: v}, err
	case "string":
		var p pair
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, err
		}
		return promql.String{T: int64(p[0].(float64) * 1000), V: p[1].(string)}, nil
	case "vector", "matrix":
		var ss []series
		if err := json.Unmarshal(raw, &ss); err != nil {
			return nil, err
		}
		vec, mat := promql.Vector{}, promql.Matrix{}
		for _, s := range ss {
			if os.Getenv("DROP_EMPTY") != "" { // for targets that print absent labels as ""
				for k, v := range s.Metric {
					if v == "" {
						delete(s.Metric, k)
					}
				}
			}
			ls := labels.FromMap(s.Metric)
			if kind == "vector" {
				if s.Histogram != nil {
					t, h := hist(s.Histogram)
					vec = append(vec, promql.Sample{Metric: ls, T: t, H: h})
					continue
				}
				t, v, err := s.Value.tv()
				if err != nil {
					return nil, err
				}
				vec = append(vec, promql.Sample{Metric: ls, T: t, F: v})
				continue
			}
			out := promql.Series{Metric: ls}
			for _, p := range s.Values {
				t, v, err := p.tv()
				if err != nil {
					return nil, err
				}
				out.Floats = append(out.Floats, promql.FPoint{T: t, F: v})
			}
			for _, r := range s.Histograms {
				t, h := hist(r)
				out.Histograms = append(out.Histograms, promql.HPoint{T: t, H: h})
			}
			mat = append(mat, out)
		}
		if kind == "vector" {
			return vec, nil
		}
		return mat, nil
	}
	return nil, fmt.Errorf("unknown result type %q", kind)
}

func TestUpstream(t *testing.T) {
	defer func() { cur.stop() }()
	promqltest.RunBuiltinTestsWithStorage(t, engine{}, func(tb testing.TB) storage.Storage {
		n, err := fresh()
		if err != nil {
			tb.Fatal(err)
		}
		cur = n
		return remoteStorage{}
	})
}
