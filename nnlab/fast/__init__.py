"""What makes a step of training fast: none of it changes what a step computes, and tests hold it to the plain step.

``kernels`` compute activations in memory that is already there, ``batches`` fetches the images of many steps at once,
``steps`` measures the losses of many steps together, ``repeated_step`` repeats a recorded step on a GPU, ``denormals``
keeps a processor away from numbers that it is slow with.
"""
