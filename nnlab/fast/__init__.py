"""What makes a step of training fast; tests hold it to the plain one."""
