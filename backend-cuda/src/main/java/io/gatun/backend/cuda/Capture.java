package io.gatun.backend.cuda;

import io.gatun.tensor.DeviceException;
import io.gatun.tensor.RandomDraws;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.LongFunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * Work that a thread queued, recorded as a graph of the driver's to be repeated.
 *
 * <p>A replay runs the same kernels on the same addresses. So memory that is allocated while it is recorded comes from segments
 * that nobody else gets ({@link DeviceMemory.Reserve}), and memory that was there before is held until the graph is closed. What
 * the kernels were told as numbers stays as it was, with two exceptions: where random numbers start ({@link CapturedDraws}), and
 * whether indices are in range ({@link CapturedChecks}), which the host learns after a replay and not before the operator.
 *
 * <p>The driver is asked for its relaxed mode, in which it refuses nothing that other threads do, and not that memory is
 * allocated or a kernel loaded meanwhile; what cannot be captured is refused here.
 */
public final class Capture implements AutoCloseable {
    private static final int RELAXED = 2;

    private final DeviceContext device;
    private final DeviceStream stream; // recorded on only: replays run on the stream of whoever asks for them
    private final DeviceMemory.Reserve reserve;
    private final Set<DeviceMemory.Block> held = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<DeviceStream, DeviceMemory.Block> workspaces = new IdentityHashMap<>();
    private final CapturedDraws draws;
    private final CapturedChecks checks;
    private final CUgraphExec executable = new CUgraphExec();
    private boolean broken; // what was to be recorded threw
    private boolean ready;
    private boolean closed;

    private Capture(DeviceContext device) {
        this.device = device;
        device.bind();
        this.stream = new DeviceStream(device);
        this.reserve = device.memory().new Reserve();
        this.draws = new CapturedDraws(device);
        this.checks = new CapturedChecks(device);
    }

    /**
     * Records what {@code step} queues on the calling thread's stream. Whatever it throws ends the capture.
     *
     * @throws TensorStateException if this thread captures already
     */
    public static Capture of(DeviceContext device, Runnable step) {
        device.refuseCapture("CudaGraph.capture");
        Capture capture = new Capture(device);
        DeviceStream before = device.current();
        try (RandomDraws watched = RandomDraws.watch()) {
            capture.record(before, step, watched);
        } catch (RuntimeException | Error e) {
            capture.close();
            throw e;
        }
        device.watch(capture);
        return capture;
    }

    private void record(DeviceStream before, Runnable step, RandomDraws watched) {
        ThreadWork work = ThreadWork.here();
        CUgraph graph = new CUgraph();
        int result;
        stream.replayedOn(before);
        device.bind();
        Driver.check(JCudaDriver.cuStreamBeginCapture(stream.handle(), RELAXED), "cuStreamBeginCapture");
        device.captureBegins();
        try {
            draws.watch(watched);
            work.capture(this);
            work.use(stream);
            step.run();
            checks.queueReport(stream);
        } catch (RuntimeException | Error e) {
            broken = true;
            throw e;
        } finally {
            draws.end();
            work.capture(null);
            work.use(before);
            device.bind();
            result = JCudaDriver.cuStreamEndCapture(stream.handle(), graph);
            device.captureEnds();
            if (broken && result == CUresult.CUDA_SUCCESS) {
                JCudaDriver.cuGraphDestroy(graph);
            }
        }
        requireWhole(result);
        try {
            stream.check(JCudaDriver.cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate");
            ready = true;
        } finally {
            JCudaDriver.cuGraphDestroy(graph);
        }
        checks.reset(before);
    }

    private void requireWhole(int result) {
        if (result == CUresult.CUDA_ERROR_STREAM_CAPTURE_UNJOINED) {
            throw new TensorStateException("CudaGraph.capture: at its end the stream that it began on must wait for the"
                    + " other streams that took part: call waitFor(stream) last");
        }
        stream.check(result, "CudaGraph.capture");
    }

    // ---- while it is recorded

    /** Refuses work of other devices. */
    void requireDevice(DeviceContext other, Op op) {
        if (!device.equals(other)) {
            throw new DeviceException(op.operatorName() + ": its operands are on " + other.device()
                    + ", and the CudaGraph that is being captured is of " + device.device()
                    + ": a graph holds the work of one device");
        }
    }

    /** What memory of {@code asked} comes from; null if this is a graph of another device. */
    DeviceMemory.@Nullable Reserve reserve(DeviceContext asked) {
        return device.equals(asked) ? reserve : null;
    }

    /** Holds memory that is not this graph's, and what more than one stream uses: it must not come back before the end. */
    void uses(DeviceMemory.Block block, DeviceStream by) {
        boolean own = block.isOf(reserve) && by.equals(block.stream());
        if (!own && held.add(block)) {
            block.hold();
        }
    }

    /** Memory of this graph's that stays its own until it is closed. */
    DeviceMemory.Block keep(long bytes) {
        return keep(device.memory().allocate(bytes));
    }

    /**
     * Memory that is written when none of this graph's work runs. It is none of the graph's: what comes earlier in the graph may have
     * had that, and would write to it in each replay.
     */
    DeviceMemory.Block keepApart(long bytes) {
        return keep(device.memory().allocate(bytes, stream.settled(), null));
    }

    private DeviceMemory.Block keep(DeviceMemory.Block block) {
        block.hold();
        block.release(); // whatever storage is made of it
        held.add(block);
        return block;
    }

    /** As {@link DeviceStream#workspace}, for replays of what is recorded on a stream. */
    DeviceMemory.Block workspace(DeviceStream by, long bytes) {
        return workspaces.computeIfAbsent(by, key -> keep(bytes));
    }

    /** Writes where the random numbers of this seed and counter start: {@link CapturedDraws#start}. */
    void start(long seed, long counter, Params params) {
        draws.start(this, seed, counter, params);
    }

    /**
     * Has each replay report the least number that a kernel lowers what is at the address to, unless it stays the largest.
     *
     * @param message says what it means
     */
    long check(LongFunction<RuntimeException> message) {
        return checks.add(this, message);
    }

    // ---- afterwards

    /** Queues all of it on the calling thread's stream. */
    public synchronized void replay() {
        if (closed) {
            throw new TensorStateException("CudaGraph.replay: this graph is closed");
        }
        device.refuseCapture("CudaGraph.replay");
        reportFaults();
        DeviceStream current = device.current();
        current.waitFor(stream.settled()); // replays share their memory
        stream.replayedOn(current);
        draws.begin();
        device.bind();
        current.check(JCudaDriver.cuGraphLaunch(executable, current.handle()), "CudaGraph.replay");
        if (Driver.SYNCHRONOUS) {
            current.synchronize("CudaGraph.replay");
        }
    }

    /** Throws if a replay that is done met values that its operators refuse. */
    void reportFaults() {
        if (checks.anyFault()) {
            synchronized (this) {
                checks.report(stream.settled());
            }
        }
    }

    /** Waits for the last replay and gives the memory back that no tensor has. The second time it does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        device.forget(this);
        if (ready) {
            stream.settled().synchronize("CudaGraph.close");
            device.bind();
            Driver.check(JCudaDriver.cuGraphExecDestroy(executable), "cuGraphExecDestroy");
        }
        stream.destroy();
        checks.close();
        held.forEach(DeviceMemory.Block::letGo);
        reserve.close();
    }
}
